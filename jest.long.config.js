import {shared} from './jest.config.js'

/** Kills at random moments, memory at size, simulations of days, long properties: `npm run test:long`. */
export default {
  ...shared,
  testMatch: ['<rootDir>/test/long/**/*.test.ts'],
  testTimeout: 120_000,
}
