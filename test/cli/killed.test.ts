import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { azbuild, filesBelow, folderWith, hello } from './azbuild.ts'

/** How many builds to kill: a few in `npm test`, more in .ci/kill-builds.sh. */
const kills = Number(process.env['AZBUILD_KILLS'] ?? 5)
const built = ['.elf', '.map', '.o', '.ninja', 'compile_commands.json', '.c', '.h', '.ld', '.S']

test(
  `a build killed at ${kills} points, one after the other, ends like one that was never killed`,
  async () => {
    const files = { 'app/main.c': hello, 'app/.config': 'CONFIG_LOG=y\n' }
    const clean = folderWith(files)
    const start = Date.now()
    expect((await azbuild(['image', 'app'], { cwd: clean })).status).toBe(0)
    const lastMs = Date.now() - start

    const killed = folderWith(files)
    for (let kill = 0; kill < kills; kill++) {
      const afterMs = 100 + Math.round(Math.random() * lastMs)
      const { status } = await azbuild(['image', 'app'], { cwd: killed, killAfterMs: afterMs })
      if (status === 0) rmSync(join(killed, 'out'), { recursive: true }) // it was quicker this time
    }
    const last = await azbuild(['image', 'app'], { cwd: killed })
    expect(last.status, last.stderr).toBe(0)

    const expected = filesBelow(join(clean, 'out'), built)
    expect(filesBelow(join(killed, 'out'), built)).toEqual(expected)
    const differing = expected.filter((name) => {
      const [one, other] = [clean, killed].map((folder) =>
        readFileSync(join(folder, 'out', name), 'utf8').replaceAll(folder, ''),
      )
      return one !== other
    })
    expect(differing).toEqual([])
    expect(await azbuild(['image', 'app'], { cwd: killed })).toEqual({ status: 0, stdout: '', stderr: '' })
  },
  60_000 + kills * 60_000,
)
