import type {Language} from './texts.js'

const languages: ReadonlySet<string> = new Set<Language>(['es', 'pt', 'en'])

/** The best of es, pt and en by an Accept-Language header; Spanish where it names none of them. */
export function preferredLanguage(header: string | undefined): Language {
  const wanted = (header ?? '')
    .slice(0, 500)
    .split(',')
    .map((range, index) => {
      const [tag = '', ...parameters] = range.trim().toLowerCase().split(';')
      const quality = parameters.map((text) => /^\s*q=([\d.]+)\s*$/.exec(text)?.[1]).find((text) => text !== undefined)
      return {language: tag.split('-')[0] ?? '', quality: Number(quality ?? 1), index}
    })
    .filter(({language, quality}) => quality > 0 && isLanguage(language))
    .sort((a, b) => b.quality - a.quality || a.index - b.index)
  const best = wanted[0]?.language
  return best !== undefined && isLanguage(best) ? best : 'es'
}

function isLanguage(text: string): text is Language {
  return languages.has(text)
}
