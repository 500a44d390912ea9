import {StatusCommand} from '../../cli/change-command.js'

export default class ProductsClose extends StatusCommand {
  static override summary = 'Close an item permanently.'
  static override description =
    'Closing is final: the item can never be reopened or changed. For a real account, type its nickname when asked, or pass --live.'
  protected readonly status = 'closed'
  protected readonly command = 'products close'
}
