import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {constants, gunzipSync, gzipSync} from 'node:zlib'
import Database from 'better-sqlite3'
import {median} from './measure.js'

const page = 20
const transaction = 200

/**
 * Items per second that this machine can do at all: the bytes that the rows in this database came in are unpacked and
 * parsed, and the same rows are written with one prepared statement. No network, nothing compared, nothing noted.
 * `plain`: without the unpacking, the answers being text already.
 */
export function physicalLimit(database, {items = 20_000, times = 3} = {}) {
  const source = new Database(database, {readonly: true})
  const {sql} = source.prepare("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'product'").get()
  const rows = source.prepare('SELECT * FROM product LIMIT ?').all(items)
  source.close()
  const answers = []
  for (let at = 0; at < rows.length; at += page) {
    const elements = rows.slice(at, at + page).map(({id, json}) => `{"id":"${id}","status_code":200,"body":${json}}`)
    answers.push(`[${elements.join(',')}]`)
  }
  const packed = answers.map((text) => gzipSync(text, {level: constants.Z_BEST_SPEED}))
  const sizes = answers.map((text) => Buffer.byteLength(text))
  const unpack = (index) => gunzipSync(packed[index], {chunkSize: sizes[index] + 1}).toString('utf8')
  const measure = (textOf) => median(Array.from({length: times}, () => once(sql, rows, textOf)))
  return {plain: measure((index) => answers[index]), packed: measure(unpack)}
}

function once(sql, rows, textOf) {
  const folder = mkdtempSync(join(tmpdir(), 'meli-bench-'))
  const db = new Database(join(folder, 'limit.db'))
  try {
    for (const setting of ['page_size = 16384', 'journal_mode = WAL', 'synchronous = FULL', 'secure_delete = ON'])
      db.pragma(setting)
    db.exec(sql)
    const columns = Object.keys(rows[0])
    const changes = columns.map((name) => `${name} = excluded.${name}`).join(', ')
    const values = columns.map((name) => `@${name}`).join(', ')
    const upsert = db.prepare(
      `INSERT INTO product (${columns.join(', ')}) VALUES (${values}) ON CONFLICT (user_id, id) DO UPDATE SET ${changes}`,
    )
    const write = db.transaction((from) => {
      for (let at = from; at < from + transaction; at += page) {
        if (at >= rows.length) return
        JSON.parse(textOf(at / page))
        for (const row of rows.slice(at, at + page)) upsert.run(row)
      }
    })
    const startedAt = performance.now()
    for (let from = 0; from < rows.length; from += transaction) write(from)
    return rows.length / ((performance.now() - startedAt) / 1000)
  } finally {
    db.close()
    rmSync(folder, {recursive: true, force: true})
  }
}
