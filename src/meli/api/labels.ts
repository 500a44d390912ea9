import type {LabelFormat, Labels} from '../../services/ports/index.js'
import {unusableAnswer} from '../http/api-errors.js'
import type {ApiResponse, Requester} from '../http/client-types.js'
import {isZip, unzip} from '../http/zip.js'

/** Ids in one request, by the service's rule. docs/mercadolibre.md, section 9. */
const mostIds = 50

/** Reading, though it marks labels as printed: asking again prints the same once more. */
export async function printLabels(
  client: Requester,
  ids: readonly string[],
  format: LabelFormat,
  signal?: AbortSignal,
): Promise<Labels> {
  if (ids.length > mostIds) throw new RangeError(`at most ${mostIds} labels in one request, not ${ids.length}`)
  const query = {shipment_ids: ids, response_type: format === 'pdf' ? 'pdf' : 'zpl2'}
  const headers = {accept: '*/*', 'x-format-new': 'true'}
  const answer = await client.request('GET', '/shipment_labels', {query, headers, ...(signal && {signal})})
  const contentType = answer.headers['content-type'] ?? null
  return {bytes: format === 'pdf' ? pdfIn(answer) : zplIn(answer), contentType}
}

function pdfIn(answer: ApiResponse): Uint8Array {
  const head = Buffer.from(answer.bytes.subarray(0, 1024)).toString('latin1')
  if (!head.includes('%PDF-')) throw unusableAnswer(answer, 'a PDF')
  return answer.bytes
}

/** How the text comes is not documented: as it is, or in an archive, maybe beside a sheet for people. */
function zplIn(answer: ApiResponse): Uint8Array {
  const {bytes} = answer
  const texts = isZip(bytes) ? textsIn(answer) : [Buffer.from(bytes)]
  const labels = texts.filter((text) => text.includes('^XA'))
  if (labels.length === 0) throw unusableAnswer(answer, 'labels in ZPL')
  return Buffer.concat(labels)
}

function textsIn(answer: ApiResponse): Buffer[] {
  try {
    return unzip(Buffer.from(answer.bytes)).map(({content}) => content)
  } catch {
    throw unusableAnswer(answer, 'an archive that can be read')
  }
}
