import type {Paper} from './paper.js'

export interface ServingView {
  url: URL
  publicUrl: URL
  warnings: readonly string[]
}

/** `--json`: one document as soon as it listens. The sign-in link is not in it. */
export function servingResult({url, publicUrl, warnings}: ServingView) {
  return {url: url.origin, public_url: publicUrl.origin, pid: process.pid, warnings}
}

export function renderServing({url, publicUrl}: ServingView, _paper: Paper): string {
  const from = url.origin === publicUrl.origin ? '' : `, reached as ${publicUrl.origin}`
  return `Serving on ${url.origin}${from}. Press Ctrl-C to stop.`
}
