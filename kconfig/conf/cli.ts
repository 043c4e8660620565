/** `node cli.mjs --olddefconfig Kconfig`: the conf front as a program of its own. */
import { basename } from 'node:path'
import { conf } from './main.ts'
import { drainInput, nodeIo } from './node-io.ts'

const code = await conf(process.argv.slice(2), nodeIo(basename(process.argv[1] ?? 'conf')))
drainInput()
process.exit(code)
