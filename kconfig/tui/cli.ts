/** `node menuconfig.mjs [Kconfig]`: menuconfig on any tree, as a program of its own. */
import { menuFiles, openTree } from '../conf/open.ts'
import { nodeIo } from '../conf/node-io.ts'
import { runInTerminal } from './terminal.ts'

const io = nodeIo('menuconfig')
const { config, file } = openTree(process.argv[2] ?? 'Kconfig', io)
await runInTerminal({ config, file }, menuFiles(io), Boolean(process.env['NO_COLOR']))
process.exit(0)
