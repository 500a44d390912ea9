export interface EnvText {
  values: Readonly<Record<string, string>>
  /** Names whose value ends before a comment in the same line. */
  cut: readonly string[]
}

/** A name, and a value in quotes, which may have line breaks, or up to the end of the line. */
const assignment =
  /(?<=^|\n)[^\S\n]*(?:export[^\S\n]+)?([\w.-]+)[^\S\n]*=[^\S\n]*(?:"([^"]*)"|'([^']*)'|`([^`]*)`|([^\n]*))/g

/**
 * The assignments of an env file, as dotenv reads them. A comment begins at ` #`: a `#` within a word or within quotes belongs
 * to the value.
 */
export function parseEnvText(text: string): EnvText {
  const values: Record<string, string> = {}
  const cut: string[] = []
  for (const [, name = '', double, single, back, bare = ''] of text.replace(/\r\n?/g, '\n').matchAll(assignment)) {
    const quoted = double?.replaceAll('\\n', '\n') ?? single ?? back
    const value = quoted ?? withoutComment(bare).trim()
    if (quoted === undefined && value !== bare.trim()) cut.push(name)
    values[name] = value
  }
  return {values, cut}
}

function withoutComment(bare: string): string {
  const comment = bare.search(/(?:^|\s)#/)
  return comment < 0 ? bare : bare.slice(0, comment)
}
