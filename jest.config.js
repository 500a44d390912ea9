/** @type {import('jest').Config} */
export const shared = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', {jsc: {target: 'es2022', parser: {syntax: 'typescript'}}}],
  },
  // Sources import each other as the built files do, with .js.
  moduleNameMapper: {'^(\\.{1,2}/.*)\\.js$': '$1'},
  setupFiles: ['<rootDir>/test/support/plain-console.js'],
  // Most tests start servers and processes; the default five seconds are for those that do not.
  testTimeout: 30_000,
}

export default {
  ...shared,
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '\\.(browser|ops)\\.test\\.ts$'],
}
