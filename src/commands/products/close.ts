import {StatusCommand} from '../../cli/change-command.js'

export default class ProductsClose extends StatusCommand {
  static override summary = 'Close an item for good.'
  static override description =
    'Closing is final: the item can never be opened again, nor be changed. Of a real account the nickname has to be typed, or given with --live.'
  protected readonly status = 'closed'
  protected readonly command = 'products close'
}
