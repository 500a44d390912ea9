// Prints how large and how cut up the sources are: a line for each figure, to be compared before and after a change.
import {readdirSync, readFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('..', import.meta.url))

function filesOf(folder) {
  return readdirSync(join(root, folder), {recursive: true, encoding: 'utf8'})
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({name, text: readFileSync(join(root, folder, name), 'utf8')}))
}

const linesOf = ({text}) => text.split('\n').length - 1
const sum = (numbers) => numbers.reduce((total, each) => total + each, 0)

/** The value below which that share of the numbers lies. */
function quantile(numbers, share) {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}

function functionsIn({name, text}) {
  let found = 0
  const visit = (node) => {
    if (ts.isFunctionLike(node) && node.body !== undefined) found += 1
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(name, text, ts.ScriptTarget.Latest))
  return found
}

function importRows() {
  const {forbidden} = createRequire(import.meta.url)('../.dependency-cruiser.cjs')
  return forbidden.filter(({name}) => name.endsWith('-imports')).length
}

const sources = filesOf('src')
const tests = filesOf('test')
const lengths = sources.map(linesOf)
const figures = {
  'files in src/': sources.length,
  'files loose in src/': sources.filter(({name}) => !/[\\/]/.test(name)).length,
  'lines in src/': sum(lengths),
  'lines of a file, half have at most': quantile(lengths, 0.5),
  'lines of a file, nine in ten have at most': quantile(lengths, 0.9),
  'rows of the import table': importRows(),
  'uses of Pick<': sum(sources.map(({text}) => text.split('Pick<').length - 1)),
  'functions in 1,000 lines of src/': Math.round((1000 * sum(sources.map(functionsIn))) / sum(lengths)),
  'files in test/': tests.length,
  'lines in test/': sum(tests.map(linesOf)),
}
for (const [name, value] of Object.entries(figures)) process.stdout.write(`${String(value).padStart(8)}  ${name}\n`)
