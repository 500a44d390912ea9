// Tells the name of a holder in this process, and ends.
import {newHolder} from '../../src/core/holder.js'

process.stdout.write(`${newHolder()}\n`)
