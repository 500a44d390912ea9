import {setImmediate as nextTurn, setTimeout as wait} from 'node:timers/promises'
import type {Settings} from '../settings.js'
import {lockConflict} from './errors.js'

/**
 * Two updates of one item at the same time conflict; one after another they do not, however close. So that requests which
 * arrive together meet, each takes at least a turn of the event loop. docs/mercadolibre.md, section 6.4.
 */
export class UpdatesUnderWay {
  private readonly ids = new Set<string>()

  constructor(private readonly settings: Settings) {}

  /** @throws WireError 409 while another update of that item is under way */
  async alone<T>(id: string, update: () => T): Promise<T> {
    if (this.ids.has(id)) throw lockConflict()
    this.ids.add(id)
    try {
      const {update_ms: updateMs} = this.settings
      // Not to keep a closing process alive.
      await (updateMs > 0 ? wait(updateMs, undefined, {ref: false}) : nextTurn())
      return update()
    } finally {
      this.ids.delete(id)
    }
  }
}
