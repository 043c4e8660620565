#!/usr/bin/env node
// Starts azbuild from dist/. In a checkout, dist/ is made again first when a source is newer.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const entry = join(root, 'dist', 'cli.js')

/** Milliseconds of the youngest source below a folder. */
function youngest(folder) {
  let latest = 0
  for (const item of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, item.name)
    if (item.isDirectory()) latest = Math.max(latest, youngest(path))
    else if (/\.(ts|mjs|html|css)$/.test(item.name)) latest = Math.max(latest, statSync(path).mtimeMs)
  }
  return latest
}

const sources = ['compiler', 'kconfig', 'components/api', 'web']
  .map((name) => join(root, name))
  .filter(existsSync)
if (existsSync(join(root, 'rollup.config.mjs')) && sources.length > 0) {
  const built = existsSync(entry) ? statSync(entry).mtimeMs : 0
  if (Math.max(...sources.map(youngest)) > built) {
    process.stderr.write('azbuild: sources are newer than dist/, building it\n')
    const rollup = join(root, 'node_modules', 'rollup', 'dist', 'bin', 'rollup')
    const result = spawnSync(process.execPath, [rollup, '-c', '--silent'], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    })
    if (result.status !== 0) process.exit(70)
  }
}
// The kernel's build runs conf again and again, and it needs nothing of azbuild.
if (process.argv[2] === 'conf') {
  const { runConf } = await import(join(root, 'dist', 'conf.js'))
  await runConf(process.argv.slice(3))
}
const { main } = await import(entry)
process.exitCode = await main(process.argv)
