import {StatusCommand} from '../../cli/change-command.js'

export default class ProductsActivate extends StatusCommand {
  static override summary = 'Activate a paused item.'
  static override description =
    'An item without stock cannot be active. meli stock set adds stock, and ends a pause that only the lack of stock caused.'
  protected readonly status = 'active'
  protected readonly command = 'products activate'
}
