import {StatusCommand} from '../../cli/change-command.js'

export default class ProductsPause extends StatusCommand {
  static override summary = 'Pause an item.'
  static override description = 'Nobody can buy it until meli products activate; new stock does not end such a pause.'
  protected readonly status = 'paused'
  protected readonly command = 'products pause'
}
