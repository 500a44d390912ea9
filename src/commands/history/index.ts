import HistoryList from './list.js'

/** `meli history` alone. */
export default class History extends HistoryList {
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']
}
