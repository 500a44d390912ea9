// Jest frames each console call with a stack; a command's captured stdout must be what a shell would see.
import {Console} from 'node:console'

globalThis.console = new Console({stdout: process.stdout, stderr: process.stderr})
