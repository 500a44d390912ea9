import type {AuthorizationFault} from '../model/authorization.js'

export type Language = 'es' | 'pt' | 'en'

export interface ConsentTexts {
  emulator: string
  logInTitle: string
  asksForAccess: string
  pickAccount: string
  collaborator: string
  orWithPassword: string
  nickname: string
  password: string
  goOn: string
  decisionTitle: string
  onBehalfOf: string
  willBeAbleTo: string
  scopes: Readonly<Record<string, string>>
  allow: string
  deny: string
  otherAccount: string
  backTo: string
  problemTitle: string
  problems: Readonly<Record<AuthorizationFault, string>>
}

const es: ConsentTexts = {
  emulator: 'Esto es un emulador, no es Mercado Libre. Las cuentas son ficticias.',
  logInTitle: 'Inicia sesión',
  asksForAccess: 'pide acceso a una cuenta.',
  pickAccount: 'Elige una cuenta emulada',
  collaborator: 'colaborador',
  orWithPassword: 'O entra con usuario y contraseña',
  nickname: 'Usuario',
  password: 'Contraseña',
  goOn: 'Continuar',
  decisionTitle: '¿Permites el acceso?',
  onBehalfOf: 'quiere usar la cuenta',
  willBeAbleTo: 'Podrá:',
  scopes: {
    read: 'leer tus datos y publicaciones',
    write: 'cambiar tus datos y publicaciones',
    offline_access: 'hacerlo también cuando no estés conectado',
  },
  allow: 'Permitir',
  deny: 'No permitir',
  otherAccount: 'Usar otra cuenta',
  backTo: 'Después volverás a',
  problemTitle: 'La aplicación no puede conectarse con tu cuenta',
  problems: {
    unknown_client: 'No existe una aplicación con ese client_id.',
    redirect_mismatch:
      'La redirect_uri recibida no es, carácter por carácter, una de las registradas en la aplicación.',
    unsupported_response_type: 'El parámetro response_type debe ser code.',
    invalid_challenge: 'El code_challenge_method debe ser S256 o plain, y el code_challenge no puede estar vacío.',
    wrong_credentials: 'El usuario o la contraseña no son correctos.',
    invalid_operator_user_id:
      'Entraste como colaborador. Solo el administrador de la cuenta puede autorizar aplicaciones.',
    expired_page: 'Esta página ya no es válida. Vuelve a empezar desde la aplicación.',
    foreign_origin: 'El formulario se envió desde otro sitio.',
  },
}

const pt: ConsentTexts = {
  emulator: 'Isto é um emulador, não é o Mercado Livre. As contas são fictícias.',
  logInTitle: 'Entre na sua conta',
  asksForAccess: 'pede acesso a uma conta.',
  pickAccount: 'Escolha uma conta emulada',
  collaborator: 'colaborador',
  orWithPassword: 'Ou entre com usuário e senha',
  nickname: 'Usuário',
  password: 'Senha',
  goOn: 'Continuar',
  decisionTitle: 'Você permite o acesso?',
  onBehalfOf: 'quer usar a conta',
  willBeAbleTo: 'Ela poderá:',
  scopes: {
    read: 'ler seus dados e anúncios',
    write: 'alterar seus dados e anúncios',
    offline_access: 'fazer isso também quando você não estiver conectado',
  },
  allow: 'Permitir',
  deny: 'Não permitir',
  otherAccount: 'Usar outra conta',
  backTo: 'Depois você voltará para',
  problemTitle: 'O aplicativo não pode se conectar à sua conta',
  problems: {
    unknown_client: 'Não existe um aplicativo com esse client_id.',
    redirect_mismatch: 'A redirect_uri recebida não é, caractere por caractere, uma das registradas no aplicativo.',
    unsupported_response_type: 'O parâmetro response_type deve ser code.',
    invalid_challenge: 'O code_challenge_method deve ser S256 ou plain, e o code_challenge não pode estar vazio.',
    wrong_credentials: 'O usuário ou a senha não estão corretos.',
    invalid_operator_user_id: 'Você entrou como colaborador. Só o administrador da conta pode autorizar aplicativos.',
    expired_page: 'Esta página não é mais válida. Comece de novo a partir do aplicativo.',
    foreign_origin: 'O formulário foi enviado a partir de outro site.',
  },
}

const en: ConsentTexts = {
  emulator: 'This is an emulator, not Mercado Libre. The accounts are fictitious.',
  logInTitle: 'Log in',
  asksForAccess: 'asks for access to an account.',
  pickAccount: 'Pick an emulated account',
  collaborator: 'collaborator',
  orWithPassword: 'Or log in with nickname and password',
  nickname: 'Nickname',
  password: 'Password',
  goOn: 'Continue',
  decisionTitle: 'Allow access?',
  onBehalfOf: 'wants to use the account',
  willBeAbleTo: 'It will be able to:',
  scopes: {
    read: 'read your data and listings',
    write: 'change your data and listings',
    offline_access: 'do so while you are away',
  },
  allow: 'Allow',
  deny: 'Deny',
  otherAccount: 'Use another account',
  backTo: 'Afterwards you return to',
  problemTitle: 'The application cannot connect to your account',
  problems: {
    unknown_client: 'There is no application with that client_id.',
    redirect_mismatch:
      'The redirect_uri received is not, character for character, one that the application registered.',
    unsupported_response_type: 'The parameter response_type must be code.',
    invalid_challenge: 'The code_challenge_method must be S256 or plain, and the code_challenge must not be empty.',
    wrong_credentials: 'The nickname or the password is wrong.',
    invalid_operator_user_id:
      'You logged in as a collaborator. Only the administrator of the account can authorize applications.',
    expired_page: 'This page is no longer valid. Start again from the application.',
    foreign_origin: 'The form was sent from another site.',
  },
}

export const consentTexts: Readonly<Record<Language, ConsentTexts>> = {es, pt, en}

/** The requested language, or the site's, or the browser's for cross-border, which has none. */
export function languageFor(
  asked: string | null | undefined,
  siteId: string,
  acceptLanguage: string | undefined,
): Language {
  if (isLanguage(asked)) return asked
  if (siteId === 'MLB') return 'pt'
  if (siteId !== 'CBT') return 'es'
  const accepted = (acceptLanguage ?? '').split(',').map((range) => range.trim().slice(0, 2).toLowerCase())
  return accepted.find(isLanguage) ?? 'en'
}

function isLanguage(text: string | null | undefined): text is Language {
  return text === 'es' || text === 'pt' || text === 'en'
}
