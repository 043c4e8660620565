// Gives a checkout its own command in node_modules/.bin, as an installed package has, so that `npx azbuild` works in it.
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const folder = join(root, 'node_modules', '.bin')
if (existsSync(join(root, 'node_modules'))) {
  mkdirSync(folder, { recursive: true })
  if (process.platform === 'win32') {
    writeFileSync(join(folder, 'azbuild.cmd'), '@node "%~dp0\\..\\..\\bin\\azbuild.mjs" %*\r\n')
  } else {
    rmSync(join(folder, 'azbuild'), { force: true })
    symlinkSync('../../bin/azbuild.mjs', join(folder, 'azbuild'))
  }
}
