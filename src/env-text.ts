export interface EnvText {
  values: Readonly<Record<string, string>>
  /** Names whose value ends before a comment in the same line. */
  cut: readonly string[]
}

/** A name, and a value in quotes, which may have line breaks, or up to the end of the line. */
const assignment = /^[^\S\n]*(?:export[^\S\n]+)?([\w.-]+)[^\S\n]*=[^\S\n]*(?:"([^"]*)"|'([^']*)'|`([^`]*)`|([^\n]*))/gm

/**
 * The assignments of an env file, as dotenv reads them. A comment begins at ` #`: a `#` within a word or within quotes belongs
 * to the value.
 */
export function parseEnvText(text: string): EnvText {
  const values: Record<string, string> = {}
  const cut: string[] = []
  for (const [, name = '', double, single, back, bare = ''] of text.replace(/\r\n?/g, '\n').matchAll(assignment)) {
    const quoted = double?.replaceAll('\\n', '\n') ?? single ?? back
    const value = quoted ?? bare.replace(/(?:^|\s)#.*$/, '').trim()
    if (quoted === undefined && value !== bare.trim()) cut.push(name)
    values[name] = value
  }
  return {values, cut}
}
