// Loaded before the program that is measured: leaves its peak of resident memory behind.
import {writeFileSync} from 'node:fs'

const file = process.env.BENCH_PEAK_FILE
if (file !== undefined) process.on('exit', () => writeFileSync(file, String(process.resourceUsage().maxRSS)))
