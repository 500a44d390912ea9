import {ratioToNode} from './measure.js'

const goals = [
  {name: 'meli --version', args: ['--version'], most: 4},
  {name: 'meli auth status', args: ['auth', 'status'], most: 5},
  {name: 'meli verify-handshake --sandbox, warm token', args: ['verify-handshake', '--sandbox'], most: 8},
]

/** How long commands take, as multiples of `node -e 0`. */
export function startup({program, env}) {
  return goals.map(({name, args, most}) => {
    const {ratio, ms} = ratioToNode([program, ...args], env)
    return {name, goal: `<= ${most}x`, measured: `${ratio.toFixed(1)}x (${ms.toFixed(0)} ms)`, met: ratio <= most}
  })
}
