/**
 * The README's figures are what the command prints. `npm run figures` writes them anew; otherwise the table that it has must be the
 * one that the command gives, and the failure shows what it should be.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { azbuild, packageFolder } from '../cli/azbuild.ts'
import { missingTool, titled } from '../support/tools.ts'
import {
  apps,
  arches,
  findTable,
  linesOf,
  renderFigures,
  type App,
  type Arch,
  type Figures,
} from './figures.ts'

const readme = join(packageFolder, 'README.md')
const missing = missingTool('qemu-system-x86_64')
const rewrites = process.env['npm_lifecycle_event'] === 'figures'

async function measure(app: App, arch: Arch): Promise<Figures> {
  const done = await azbuild(['bench', app, '--arch', arch, '--no-primitives', '--json'], {
    cwd: packageFolder,
  })
  expect(done.status, done.stderr).toBe(0)
  return (JSON.parse(done.stdout) as { images: readonly [Figures] }).images[0]
}

/** The table, with what the flavours that were not measured have in the README left out. */
async function measureTable(measured: readonly Arch[]): Promise<readonly string[]> {
  const figures = new Map<string, Figures>()
  for (const arch of measured) for (const app of apps) figures.set(`${app} ${arch}`, await measure(app, arch))
  return renderFigures((app, arch) => figures.get(`${app} ${arch}`) ?? {})
}

const timeoutMs = 600_000

const rewrite = (): void =>
  test(
    'README.md gets the figures of today',
    async () => {
      if (missing !== undefined) throw new Error(`the figures of x86_64 need ${missing}`)
      const lines = readFileSync(readme, 'utf8').split('\n')
      const { from, to } = findTable(lines)
      const table = await measureTable(arches)
      writeFileSync(readme, [...lines.slice(0, from), ...table, ...lines.slice(to)].join('\n'))
    },
    timeoutMs,
  )
if (rewrites) rewrite()

for (const arch of arches) {
  const lacking = arch === 'x86_64' ? missing : undefined
  if (rewrites) continue
  test.runIf(lacking === undefined)(
    titled(`README.md has the figures of ${arch} (npm run figures writes them)`, lacking),
    async () => {
      const lines = readFileSync(readme, 'utf8').split('\n')
      const { from, to } = findTable(lines)
      const wanted = await measureTable([arch])
      expect(linesOf(lines.slice(from, to), arch)).toEqual(linesOf(wanted, arch))
    },
    timeoutMs,
  )
}
