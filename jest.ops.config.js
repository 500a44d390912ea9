import {shared} from './jest.config.js'

/** The rules for Prometheus, by its own promtool: `npm run test:ops`. Apart, because it needs that installed. */
export default {
  ...shared,
  testMatch: ['<rootDir>/test/**/*.ops.test.ts'],
}
