import type {ErrorCode} from '../../core/errors.js'

export type Language = 'es' | 'pt' | 'en'

export interface CallbackTexts {
  connected: string
  /** Follows the nickname. */
  isConnected: string
  close: string
  failed: string
  code: string
  /** What to do when the error has no advice of its own. */
  back: string
  /** In place of the program's own message, which is English. */
  reasons: Partial<Record<ErrorCode, string>>
  advice: Partial<Record<ErrorCode, string>>
  used: string
  usedWhy: string
}

const spanishSites = 'MLA MLM MLC MCO MLU MPE MEC MLV MPA MRD MCR MBO MPY MGT MHN MNI MSV MCU'.split(' ')

/** The language of a site's users; English for cross-border sellers and unknown sites. Source: docs/mercadolibre.md, section 1. */
export function languageOf(siteId: string): Language {
  if (siteId === 'MLB' || siteId === 'MPT') return 'pt'
  return spanishSites.includes(siteId) ? 'es' : 'en'
}

export const callbackTexts: Readonly<Record<Language, CallbackTexts>> = {
  es: {
    connected: 'Cuenta conectada',
    isConnected: 'ya está conectada a meli.',
    close: 'Puedes cerrar esta ventana y volver a la terminal.',
    failed: 'No se pudo conectar la cuenta',
    code: 'Código',
    back: 'Vuelve a la terminal: allí dice cómo seguir. Puedes cerrar esta ventana.',
    reasons: {
      MELI_AUTHORIZATION_DENIED: 'No se dio permiso a la aplicación.',
      MELI_OPERATOR_ACCOUNT: 'Entró un colaborador de la cuenta, y solo su administrador puede dar permiso.',
      MELI_WRONG_ACCOUNT: 'Entró otra cuenta, no la que se esperaba. No se guardó nada.',
      MELI_OFFLINE_ACCESS_MISSING: 'La aplicación no tiene permiso sin conexión (offline_access). No se guardó nada.',
      MELI_STATE_UNKNOWN: 'Esta dirección no pertenece al inicio de sesión que espera en esta máquina.',
      MELI_CALLBACK_UNREADABLE: 'En esta dirección no hay ni un código ni un error de Mercado Libre.',
    },
    advice: {
      MELI_STATE_UNKNOWN: 'Termina el permiso en la página que abrió meli: sigue esperando.',
      MELI_CALLBACK_UNREADABLE: 'Termina el permiso en la página que abrió meli: sigue esperando.',
      MELI_AUTHORIZATION_DENIED: 'Si fue sin querer, ejecuta otra vez meli auth login y acepta el permiso.',
      MELI_OPERATOR_ACCOUNT: 'Entra con la cuenta administradora, no con la de un colaborador, y ejecútalo otra vez.',
      MELI_WRONG_ACCOUNT: 'Cierra la sesión de Mercado Libre o usa una ventana privada, y ejecútalo otra vez.',
    },
    used: 'Esta dirección ya se usó',
    usedWhy:
      'Cada dirección de regreso sirve una sola vez. Para conectar otra cuenta, ejecuta otra vez meli auth login.',
  },
  pt: {
    connected: 'Conta conectada',
    isConnected: 'já está conectada ao meli.',
    close: 'Você pode fechar esta janela e voltar ao terminal.',
    failed: 'Não foi possível conectar a conta',
    code: 'Código',
    back: 'Volte ao terminal: ele diz como continuar. Você pode fechar esta janela.',
    reasons: {
      MELI_AUTHORIZATION_DENIED: 'A permissão não foi dada ao aplicativo.',
      MELI_OPERATOR_ACCOUNT: 'Entrou um colaborador da conta, e só o administrador pode dar a permissão.',
      MELI_WRONG_ACCOUNT: 'Entrou outra conta, não a esperada. Nada foi guardado.',
      MELI_OFFLINE_ACCESS_MISSING: 'O aplicativo não tem acesso offline (offline_access). Nada foi guardado.',
      MELI_STATE_UNKNOWN: 'Este endereço não pertence ao login que espera nesta máquina.',
      MELI_CALLBACK_UNREADABLE: 'Neste endereço não há código nem erro do Mercado Livre.',
    },
    advice: {
      MELI_STATE_UNKNOWN: 'Conclua a permissão na página que o meli abriu: ele continua esperando.',
      MELI_CALLBACK_UNREADABLE: 'Conclua a permissão na página que o meli abriu: ele continua esperando.',
      MELI_AUTHORIZATION_DENIED: 'Se foi sem querer, execute meli auth login outra vez e aceite a permissão.',
      MELI_OPERATOR_ACCOUNT: 'Entre com a conta administradora, não com a de um colaborador, e execute outra vez.',
      MELI_WRONG_ACCOUNT: 'Saia do Mercado Livre ou use uma janela privada, e execute outra vez.',
    },
    used: 'Este endereço já foi usado',
    usedWhy:
      'Cada endereço de retorno serve uma única vez. Para conectar outra conta, execute meli auth login outra vez.',
  },
  en: {
    connected: 'Account connected',
    isConnected: 'is now connected to meli.',
    close: 'You can close this window and return to the terminal.',
    failed: 'The account could not be connected',
    code: 'Code',
    back: 'Return to the terminal: it says what to do next. You can close this window.',
    reasons: {},
    advice: {
      MELI_STATE_UNKNOWN: 'Finish on the page that meli opened: it is still waiting.',
      MELI_CALLBACK_UNREADABLE: 'Finish on the page that meli opened: it is still waiting.',
      MELI_AUTHORIZATION_DENIED: 'If that was a mistake, run meli auth login again and allow the access.',
      MELI_OPERATOR_ACCOUNT: 'Log in with the administrator account, not a collaborator, and run it again.',
      MELI_WRONG_ACCOUNT: 'Log out of Mercado Libre or use a private window, and run it again.',
    },
    used: 'This address was used before',
    usedWhy: 'Each callback works once. To connect another account, run meli auth login again.',
  },
}
