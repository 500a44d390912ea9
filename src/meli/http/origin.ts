import {MeliError} from '../../core/errors.js'
import {isLoopback} from '../../core/loopback.js'

/**
 * An address that secrets may be sent to: https, or plain http on this machine.
 * MELI_CONFIG_INVALID otherwise; `what` names the setting.
 */
export function secureOrigin(address: string | URL, what: string): URL {
  const url = URL.canParse(String(address)) ? new URL(address) : undefined
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))) return url
  throw new MeliError('MELI_CONFIG_INVALID', `${what} must be an https address (http only for this machine)`, {
    try: ['set it to an address such as https://api.mercadolibre.com'],
    details: {protocol: url?.protocol ?? null, host: url?.host ?? null},
  })
}
