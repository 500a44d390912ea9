import {shared} from './jest.config.js'

/** The pages in a real Chromium: `npm run test:browser`. Apart, because it needs one installed. */
export default {
  ...shared,
  testMatch: ['<rootDir>/test/**/*.browser.test.ts'],
}
