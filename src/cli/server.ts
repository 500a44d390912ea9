import type {ServeContext} from '../app/serve-context.js'
import type {ServeFlags} from './serve-settings.js'

/** Starts all of `meli serve`; what it is made of is loaded now. */
export async function startServer(context: ServeContext, flags: ServeFlags) {
  const {serve} = await import('../app/serve.js')
  return serve(context, flags)
}
