import {type Fields, listOfFields, textOf} from '../json.js'
import {type Item, spread} from './item.js'

const sizes = ['500x500', '500x375', '333x500'] as const

/** `pictures` of an item: those it was given, or two generated ones. */
export function picturesOf(item: Item): Fields[] {
  const written = item.written?.pictures
  if (Array.isArray(written))
    return listOfFields(written).map((picture, index) => shown(item, index, textOf(picture.id)))
  if (item.product < 0) return []
  return [0, 1].map((index) => shown(item, index, null))
}

/** The id of the first of them, which is the thumbnail too. */
export function firstPictureId(item: Item): string | null {
  const written = item.written?.pictures
  if (!Array.isArray(written)) return item.product < 0 ? null : pictureId(item, 0)
  const [first] = listOfFields(written)
  return first === undefined ? null : (textOf(first.id) ?? pictureId(item, 0))
}

export function pictureId(item: Item, index: number): string {
  return `${600_000 + spread(item.number, 20 + index, 399_999)}-${item.siteId}${item.number}_${index + 1}`
}

function shown(item: Item, index: number, given: string | null): Fields {
  const id = given ?? pictureId(item, index)
  const size = sizes[spread(item.number, 13, sizes.length)] ?? sizes[0]
  return {
    id,
    url: `http://http2.mlstatic.com/D_${id}-O.jpg`,
    secure_url: `https://http2.mlstatic.com/D_${id}-O.jpg`,
    size,
    max_size: '1200x1200',
    quality: '',
  }
}
