/** The conf front as one file that node runs, as it is shipped. */
import { buildSync } from 'esbuild'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const SOURCE = new URL('../../conf/cli.ts', import.meta.url).pathname

/** Writes `conf`, an executable, into a directory; returns its path. */
export function bundleConf(directory: string): string {
  mkdirSync(directory, { recursive: true })
  const script = join(directory, 'conf.mjs')
  buildSync({
    entryPoints: [SOURCE],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  })
  const executable = join(directory, 'conf')
  writeFileSync(executable, `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`)
  chmodSync(executable, 0o755)
  return executable
}
