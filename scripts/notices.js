// The licences of the packages whose code is part of dist/.
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'

/** @param inputs the files that went into the bundles, relative to the root */
export function noticesOf(root, inputs) {
  const folders = new Set(inputs.flatMap((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []))
  const notices = [...folders].map((folder) => noticeOf(join(root, folder)))
  const head = 'meli-toolkit contains code of the packages below, each under its own licence.'
  return `${[head, ...[...new Set(notices)].sort()].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`
}

function noticeOf(folder) {
  const {name, version, license, author} = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying|mit)/i.test(entry))
  const text = file === undefined ? noText(author) : readFileSync(join(folder, file), 'utf8').trim()
  return `${name} ${version} (${typeof license === 'string' ? license : 'see below'})\n\n${text}`
}

function noText(author) {
  const by = typeof author === 'string' ? author : author?.name
  return `The package has no licence file of its own.${by === undefined ? '' : ` Author: ${by}`}`
}
