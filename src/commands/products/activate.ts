import {StatusCommand} from '../../cli/change-command.js'

export default class ProductsActivate extends StatusCommand {
  static override summary = 'Activate a paused item.'
  static override description =
    'One without stock cannot be active: meli stock set gives it some, and ends a pause that only the lack of it caused.'
  protected readonly status = 'active'
  protected readonly command = 'products activate'
}
