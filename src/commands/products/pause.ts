import {StatusCommand} from '../../cli/change-command.js'

export default class ProductsPause extends StatusCommand {
  static override summary = 'Pause an item.'
  static override description =
    'Nobody can buy the item until meli products activate. New stock does not end this pause.'
  protected readonly status = 'paused'
  protected readonly command = 'products pause'
}
