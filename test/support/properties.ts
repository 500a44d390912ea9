import {jest} from '@jest/globals'
import fc from 'fast-check'

/**
 * The same cases in every run, so that a commit that passed once passes again. `PROPERTY_SEED=$RANDOM npm test` looks at
 * others; what it finds is worth a test of its own.
 */
fc.configureGlobal({seed: Number(process.env.PROPERTY_SEED ?? 20_260_301)})

// A property is hundreds of tests, and the machine may be busy.
jest.setTimeout(240_000)

export default fc
