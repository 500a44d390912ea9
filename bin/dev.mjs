#!/usr/bin/env node
// The same program from the sources: builds first, which takes about a second.
import {build} from '../scripts/build.js'

await build({types: false})
await import('./run.js')
