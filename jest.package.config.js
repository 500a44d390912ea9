import {shared} from './jest.config.js'

/** What users install: `npm run test:package`. Needs the npm registry for other releases of Node. */
export default {
  ...shared,
  testMatch: ['<rootDir>/test/package/**/*.package.test.js'],
  testTimeout: 600_000,
}
