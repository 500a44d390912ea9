import HistoryList from './list.js'

/** `meli history` alone. */
export default class History extends HistoryList {
  /** The help names the topic. */
  static override hidden = true
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']
}
