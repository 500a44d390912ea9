import type {BackOff} from '../http/ask-again.js'
import type {MercadoLibreClient} from '../http/client.js'

/** What the parts of the API are made of, for one account. */
export interface ApiParts {
  /** For single calls: its requests are counted together. */
  client: MercadoLibreClient
  /** For thousands of them: looks the token up now and then, and counts by itself. */
  bulkClient: () => MercadoLibreClient
  now: () => Date
  backOff: BackOff
}
