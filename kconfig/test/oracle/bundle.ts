/** The conf front as it is shipped: `azbuild conf`. */
import { buildSync } from 'esbuild'
import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = new URL('../../../', import.meta.url).pathname

/** Writes `conf`, an executable, into a directory; returns its path. */
export function bundleConf(directory: string): string {
  mkdirSync(join(directory, 'dist'), { recursive: true })
  cpSync(join(ROOT, 'bin'), join(directory, 'bin'), { recursive: true })
  buildSync({
    entryPoints: [join(ROOT, 'kconfig/conf/cli.ts')],
    outfile: join(directory, 'dist', 'conf.js'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  })
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }\n')
  const executable = join(directory, 'conf')
  writeFileSync(
    executable,
    `#!/bin/sh\nexec '${process.execPath}' '${join(directory, 'bin', 'azbuild.mjs')}' conf "$@"\n`,
  )
  chmodSync(executable, 0o755)
  return executable
}
