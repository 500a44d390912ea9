import type {PushLine, RecordFile} from '../../ports/index.js'
import {type Checked, check, isInTheWay} from './checking.js'
import {chunkSize} from './comparing.js'
import {DryRunPlanner} from './dry-run-planner.js'
import type {PushDryRunOptions, PushDryRunResult} from './dry-run-result.js'
import {Earlier} from './earlier.js'
import type {BadLine} from './judge.js'
import type {Looked} from './looking.js'
import {listingFor, lookerFor, type ProductPushDeps} from './product-push.js'
import {asideOf, mostFailures} from './push-result.js'
import {judged} from './reading.js'

/** Reads and compares as a push does, sends nothing that changes anything, and stores nothing. */
export class PushDryRun {
  constructor(private readonly deps: Pick<ProductPushDeps, 'guard' | 'changes'>) {}

  async run(file: RecordFile, options: PushDryRunOptions): Promise<PushDryRunResult> {
    const checked = await check(file, options)
    const result = emptyResult(file, checked, options)
    if (isInTheWay(checked, options)) return {...result, ok: false, refused: true}
    const actor = await this.deps.guard.open(options)
    const {userId, nickname} = actor.identity
    const earlier = new Earlier()
    const shared = new Map<string, PushLine[]>()
    const listing = listingFor(actor, options, checked.skus)
    const looker = lookerFor(actor, options, {listed: await listing.early(), listing})
    const planner = new DryRunPlanner(this.deps.changes, actor, options, result, earlier)
    for await (const lines of chunksOf(file, checked, options.signal)) {
      const looked = (await looker.look(lines)).map(earlier.judge)
      await planner.addLines(looked.filter((each) => !isPutAside(each, shared)))
    }
    planner.showHeld()
    await planner.addShared([...shared.values()], looker)
    const refused = isInTheWay({bad: result.bad_lines}, options)
    if (!refused) addBad(result, checked.bad)
    const ok = result.failed === 0 && result.bad_lines.length === 0
    return {...result, user_id: userId, nickname, refused, ok}
  }
}

/** A push that leaves them out has them fail. */
function addBad(result: PushDryRunResult, lines: readonly BadLine[]): void {
  result.failed += lines.length
  const bad = lines.map(({line, message}) => {
    return {line, item_id: null, variation_id: null, seller_sku: null, code: 'MELI_LINE_INVALID', message}
  })
  result.failures = [...result.failures, ...bad].sort((a, b) => a.line - b.line).slice(0, mostFailures)
}

/** Of an item with variations other lines may follow, and go in the same request. */
function isPutAside({line, verdict}: Looked<PushLine>, shared: Map<string, PushLine[]>): boolean {
  if (verdict.kind !== 'change' || line.itemId === null || verdict.state.variations.length < 2) return false
  const those = shared.get(line.itemId) ?? []
  those.push(line)
  shared.set(line.itemId, those)
  return true
}

function emptyResult(
  {name}: RecordFile,
  {reading, bad}: Checked,
  {sandbox}: Pick<PushDryRunOptions, 'sandbox'>,
): PushDryRunResult {
  return {
    ...{dry_run: true, ok: true, file: name, mode: sandbox ? 'sandbox' : 'production', user_id: null, nickname: null},
    ...{refused: false, lines: reading.records, changes: 0, unchanged: 0, failed: 0, closings: 0},
    ...{bad_lines: [...bad], failures: [], ...asideOf(reading), requests: []},
  }
}

/** The good lines, some at a time. */
async function* chunksOf(file: RecordFile, {reading}: Checked, signal: AbortSignal): AsyncGenerator<PushLine[]> {
  let lines: PushLine[] = []
  for await (const each of judged(file, reading, signal)) {
    if ('bad' in each) continue
    lines.push(each.line)
    if (lines.length < chunkSize) continue
    yield lines
    lines = []
  }
  if (lines.length > 0) yield lines
}
