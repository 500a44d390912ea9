import type {ErrorCode} from '../../core/errors.js'
import type {Language} from './texts.js'

export interface Saying {
  title: string
  what: string
  /** What to do now. */
  advice: string
}

export interface ConnectTexts {
  retry: string
  code: string
  said: string
  fallback: Saying
  away: Saying
  setUp: Saying
  sayings: Partial<Record<ErrorCode, Saying>>
}

export const connectTexts: Readonly<Record<Language, ConnectTexts>> = {
  es: {
    retry: 'Conectar con Mercado Libre',
    code: 'Código',
    said: 'Mercado Libre respondió',
    fallback: {
      title: 'No se pudo conectar la cuenta',
      what: 'La autorización no se completó y no se guardó nada.',
      advice: 'Empieza otra vez. Si se repite, da el código a quien te invitó.',
    },
    away: {
      title: 'Mercado Libre no responde',
      what: 'Tu autorización no se perdió.',
      advice: 'Espera un momento y vuelve a cargar esta página.',
    },
    setUp: {
      title: 'A este sitio le falta un ajuste',
      what: 'No puedes resolverlo tú: es algo que tiene que hacer el equipo que te invitó.',
      advice: 'Avísale y dale el código que está abajo.',
    },
    sayings: {
      MELI_AUTHORIZATION_DENIED: {
        title: 'No diste permiso',
        what: 'En la página de Mercado Libre se eligió no permitir el acceso, así que no se conectó nada.',
        advice: 'Si fue sin querer, empieza otra vez y elige «Permitir».',
      },
      MELI_OPERATOR_ACCOUNT: {
        title: 'Entraste con una cuenta de colaborador',
        what: 'Solo la cuenta administradora de la tienda puede dar permiso a una aplicación.',
        advice: 'Cierra la sesión en Mercado Libre, entra con la cuenta administradora y empieza otra vez.',
      },
      MELI_REDIRECT_MISMATCH: {
        title: 'La dirección de regreso no coincide',
        what: 'La dirección registrada en la aplicación de Mercado Libre no es la de este sitio.',
        advice:
          'Avisa al equipo que te invitó: tiene que registrar la dirección exacta y usar la misma en su configuración.',
      },
      MELI_GRANT_REJECTED: {
        title: 'Mercado Libre rechazó el código',
        what: 'El código de la autorización ya se usó, venció (dura 10 minutos), o la cuenta tiene datos por validar en Mercado Libre.',
        advice: 'Empieza otra vez. Si se repite, entra a Mercado Libre y revisa si te pide completar datos.',
      },
      MELI_STATE_EXPIRED: {
        title: 'Pasó demasiado tiempo',
        what: 'Hay 15 minutos para dar el permiso, y ya pasaron.',
        advice: 'Empieza otra vez.',
      },
      MELI_STATE_USED: {
        title: 'Esta dirección ya se usó',
        what: 'Cada regreso de Mercado Libre sirve una sola vez. Es posible que tu cuenta ya esté conectada.',
        advice: 'Si no viste la confirmación, empieza otra vez.',
      },
      MELI_STATE_UNKNOWN: {
        title: 'Este regreso no empezó aquí',
        what: 'La conexión se inició en otro navegador, o alguien te mandó esta dirección. Por tu seguridad no se hizo nada.',
        advice: 'Empieza otra vez y termina en el mismo navegador, con las cookies permitidas.',
      },
      MELI_CALLBACK_UNREADABLE: {
        title: 'A esta dirección le falta algo',
        what: 'No trae la respuesta de Mercado Libre.',
        advice: 'Empieza otra vez.',
      },
      MELI_OFFLINE_ACCESS_MISSING: {
        title: 'A la aplicación le falta un permiso',
        what: 'No tiene acceso sin conexión (offline_access), y la conexión se cortaría en seis horas. No se guardó nada.',
        advice: 'Avisa al equipo que te invitó: tiene que activarlo en la aplicación. Después, empieza otra vez.',
      },
      MELI_SITE_UNKNOWN: {
        title: 'Ese país no existe en Mercado Libre',
        what: 'La dirección pide un sitio que Mercado Libre no tiene.',
        advice: 'Elige tu país y empieza otra vez.',
      },
    },
  },
  pt: {
    retry: 'Conectar com o Mercado Livre',
    code: 'Código',
    said: 'O Mercado Livre respondeu',
    fallback: {
      title: 'Não foi possível conectar a conta',
      what: 'A autorização não foi concluída e nada foi guardado.',
      advice: 'Comece outra vez. Se repetir, passe o código a quem convidou você.',
    },
    away: {
      title: 'O Mercado Livre não responde',
      what: 'A sua autorização não se perdeu.',
      advice: 'Espere um momento e recarregue esta página.',
    },
    setUp: {
      title: 'Falta um ajuste neste site',
      what: 'Você não consegue resolver: é algo que a equipe que convidou você precisa fazer.',
      advice: 'Avise a equipe e passe o código abaixo.',
    },
    sayings: {
      MELI_AUTHORIZATION_DENIED: {
        title: 'A permissão não foi dada',
        what: 'Na página do Mercado Livre foi escolhido não permitir o acesso, então nada foi conectado.',
        advice: 'Se foi sem querer, comece outra vez e escolha “Permitir”.',
      },
      MELI_OPERATOR_ACCOUNT: {
        title: 'Você entrou com uma conta de colaborador',
        what: 'Só a conta administradora da loja pode dar permissão a um aplicativo.',
        advice: 'Saia do Mercado Livre, entre com a conta administradora e comece outra vez.',
      },
      MELI_REDIRECT_MISMATCH: {
        title: 'O endereço de retorno não confere',
        what: 'O endereço registrado no aplicativo do Mercado Livre não é o deste site.',
        advice:
          'Avise a equipe que convidou você: é preciso registrar o endereço exato e usar o mesmo na configuração.',
      },
      MELI_GRANT_REJECTED: {
        title: 'O Mercado Livre recusou o código',
        what: 'O código da autorização já foi usado, venceu (dura 10 minutos), ou a conta tem dados a validar no Mercado Livre.',
        advice: 'Comece outra vez. Se repetir, entre no Mercado Livre e veja se ele pede para completar dados.',
      },
      MELI_STATE_EXPIRED: {
        title: 'Passou tempo demais',
        what: 'Há 15 minutos para dar a permissão, e já passaram.',
        advice: 'Comece outra vez.',
      },
      MELI_STATE_USED: {
        title: 'Este endereço já foi usado',
        what: 'Cada retorno do Mercado Livre serve uma única vez. Talvez a sua conta já esteja conectada.',
        advice: 'Se você não viu a confirmação, comece outra vez.',
      },
      MELI_STATE_UNKNOWN: {
        title: 'Este retorno não começou aqui',
        what: 'A conexão foi iniciada em outro navegador, ou alguém mandou este endereço. Para a sua segurança, nada foi feito.',
        advice: 'Comece outra vez e termine no mesmo navegador, com os cookies permitidos.',
      },
      MELI_CALLBACK_UNREADABLE: {
        title: 'Falta algo neste endereço',
        what: 'Ele não traz a resposta do Mercado Livre.',
        advice: 'Comece outra vez.',
      },
      MELI_OFFLINE_ACCESS_MISSING: {
        title: 'Falta uma permissão ao aplicativo',
        what: 'Ele não tem acesso offline (offline_access), e a conexão cairia em seis horas. Nada foi guardado.',
        advice: 'Avise a equipe que convidou você: é preciso ativá-lo no aplicativo. Depois, comece outra vez.',
      },
      MELI_SITE_UNKNOWN: {
        title: 'Esse país não existe no Mercado Livre',
        what: 'O endereço pede um site que o Mercado Livre não tem.',
        advice: 'Escolha o seu país e comece outra vez.',
      },
    },
  },
  en: {
    retry: 'Connect with Mercado Libre',
    code: 'Code',
    said: 'Mercado Libre answered',
    fallback: {
      title: 'The account could not be connected',
      what: 'The authorization was not completed, and nothing was stored.',
      advice: 'Start again. If it happens again, give the code to the person who invited you.',
    },
    away: {
      title: 'Mercado Libre does not answer',
      what: 'Your authorization is not lost.',
      advice: 'Wait a moment, and load this page again.',
    },
    setUp: {
      title: 'This site is not fully configured',
      what: 'You cannot solve this: the team that invited you has to.',
      advice: 'Tell them, and give them the code below.',
    },
    sayings: {
      MELI_AUTHORIZATION_DENIED: {
        title: 'You did not give permission',
        what: "Access was not allowed on Mercado Libre's page, so nothing was connected.",
        advice: 'If that was a mistake, start again and choose “Allow”.',
      },
      MELI_OPERATOR_ACCOUNT: {
        title: 'You logged in as a collaborator',
        what: 'Only the administrator account of the shop can give permission to an application.',
        advice: 'Log out of Mercado Libre, log in with the administrator account, and start again.',
      },
      MELI_REDIRECT_MISMATCH: {
        title: 'The return address does not match',
        what: 'The address registered for the application at Mercado Libre is not the address of this site.',
        advice: 'Tell the team that invited you: they have to register the exact address, and configure the same one.',
      },
      MELI_GRANT_REJECTED: {
        title: 'Mercado Libre refused the code',
        what: 'The code of the authorization was used before, is older than 10 minutes, or the account has data to confirm at Mercado Libre.',
        advice: 'Start again. If it happens again, log in to Mercado Libre and see whether it asks for missing data.',
      },
      MELI_STATE_EXPIRED: {
        title: 'It took too long',
        what: 'Permission has to be given within 15 minutes.',
        advice: 'Start again.',
      },
      MELI_STATE_USED: {
        title: 'This address was used before',
        what: 'Each return from Mercado Libre works once. Your account may be connected already.',
        advice: 'If you saw no confirmation, start again.',
      },
      MELI_STATE_UNKNOWN: {
        title: 'This return did not start here',
        what: 'The connection was started in another browser, or somebody sent you this address. For your safety, nothing was done.',
        advice: 'Start again and finish in the same browser, with cookies allowed.',
      },
      MELI_CALLBACK_UNREADABLE: {
        title: 'Something is missing in this address',
        what: "It does not contain Mercado Libre's answer.",
        advice: 'Start again.',
      },
      MELI_OFFLINE_ACCESS_MISSING: {
        title: 'The application lacks a permission',
        what: 'It has no offline_access, so the connection would end in six hours. Nothing was stored.',
        advice: 'Tell the team that invited you: they have to turn it on for the application. Then start again.',
      },
      MELI_SITE_UNKNOWN: {
        title: 'Mercado Libre has no such country',
        what: 'The address asks for a site that Mercado Libre does not have.',
        advice: 'Choose your country, and start again.',
      },
    },
  },
}
