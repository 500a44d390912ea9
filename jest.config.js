import {existsSync, statfsSync} from 'node:fs'

/** Where Linux keeps files in memory: databases there need not wait for a disk at each commit. */
const memory = '/dev/shm'
const roomFor = 2 * 1024 ** 3
if (process.env.TMPDIR === undefined && existsSync(memory)) {
  const {bavail, bsize} = statfsSync(memory)
  // Workers and the programs that tests start inherit it.
  if (bavail * bsize > roomFor) process.env.TMPDIR = memory
}

/** @type {import('jest').Config} */
export const shared = {
  rootDir: import.meta.dirname,
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  maxWorkers: '100%',
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
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/long/', '\\.(browser|ops)\\.test\\.ts$'],
}
