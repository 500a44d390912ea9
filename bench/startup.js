import {Packed} from '../test/package/consumer.js'
import {ratioToNode} from './measure.js'
import {openWorld} from './world.js'

/** The release of Node that most users run. */
const major = 24
const goals = [
  {name: 'meli --version', args: ['--version'], most: 1.3},
  {name: 'meli auth status', args: ['auth', 'status'], most: 3},
  {name: 'meli verify-handshake --sandbox, warm token', args: ['verify-handshake', '--sandbox'], most: 4},
]

/** How long commands of the packed and installed tarball take, as multiples of `node -e 0`. */
export async function startup() {
  const packed = await Packed.pack({withRunners: false})
  try {
    const {node, program} = await packed.installFor(major)
    const world = await openWorld({node, program})
    try {
      return goals.map(({name, args, most}) => {
        const {ratio, ms} = ratioToNode([program, ...args], {node, env: world.env})
        const measured = `${ratio.toFixed(1)}x (${ms.toFixed(0)} ms)`
        return {name: `${name}, installed, Node ${major}`, goal: `<= ${most}x`, measured, met: ratio <= most}
      })
    } finally {
      await world.close()
    }
  } finally {
    packed.remove()
  }
}
