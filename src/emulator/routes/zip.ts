import {crc32} from 'node:zlib'

/** The first day that a zip archive can name: the same labels make the same bytes. */
const dosDate = 0x0021

/** A zip archive of one file, stored as it is. */
export function zipOf(name: string, content: Buffer): Buffer {
  const path = Buffer.from(name, 'utf8')
  const common = Buffer.alloc(26)
  common.writeUInt16LE(20, 0)
  // Names are in UTF-8.
  common.writeUInt16LE(0x0800, 2)
  common.writeUInt16LE(dosDate, 8)
  common.writeUInt32LE(crc32(content), 10)
  common.writeUInt32LE(content.length, 14)
  common.writeUInt32LE(content.length, 18)
  common.writeUInt16LE(path.length, 22)
  const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, path, content])
  const rest = Buffer.alloc(14)
  const central = Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, rest, path])
  return Buffer.concat([local, central, endOf(central.length, local.length)])
}

function endOf(centralLength: number, centralOffset: number): Buffer {
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(centralLength, 12)
  end.writeUInt32LE(centralOffset, 16)
  return end
}
