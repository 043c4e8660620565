import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { azbuild, folderWith, hello } from './azbuild.ts'

const problems = ({ stdout }: { readonly stdout: string }): readonly { readonly code: string }[] =>
  (JSON.parse(stdout) as { readonly problems: readonly { readonly code: string }[] }).problems

test('an export is written, written again the same, and nothing that is not an export is touched', async () => {
  const cwd = folderWith({ 'app/main.c': hello, 'other/file': 'mine' })
  const written = await azbuild(
    ['export', 'web', 'site', 'app', '--json', '--memory', '32M', '--env', 'A=b', '--', '-x'],
    { cwd },
  )
  expect(written.status, written.stderr).toBe(0)
  const document = JSON.parse(written.stdout) as { readonly files: readonly string[] }
  expect(document).toMatchObject({ name: 'app', arch: 'i386', folder: 'site', memoryBytes: 32 * 2 ** 20 })
  expect(
    readdirSync(join(cwd, 'site'), { recursive: true })
      .filter((name) => name !== 'v86')
      .sort(),
  ).toEqual(document.files)
  expect(JSON.parse(readFileSync(join(cwd, 'site/machine.json'), 'utf8'))).toMatchObject({
    net: false,
    args: ['-x'],
    env: { A: 'b' },
  })
  // Nothing in it says where it was made.
  for (const name of document.files)
    if (!/wasm$/.test(name))
      expect(readFileSync(join(cwd, 'site', name), 'utf8').includes(cwd), name).toBe(false)

  const marker = readFileSync(join(cwd, 'site/azbuild-export.json'), 'utf8')
  const again = await azbuild(
    ['export', 'web', 'site', 'app', '--memory', '32M', '--env', 'A=b', '--', '-x'],
    { cwd },
  )
  expect(again.status, again.stderr).toBe(0)
  expect(readFileSync(join(cwd, 'site/azbuild-export.json'), 'utf8')).toBe(marker)

  const refused = await azbuild(['export', 'web', 'other', 'app', '--json'], { cwd })
  expect([refused.status, problems(refused)[0]!.code]).toEqual([1, 'play/folder-in-use'])
  expect(readdirSync(join(cwd, 'other'))).toEqual(['file'])
})

test.each([
  [1, 'play/only-i386', ['play', 'app', '--arch', 'x86_64']],
  [1, 'play/only-i386', ['export', 'web', 'site', 'app', '--arch', 'x86_64']],
  [1, 'play/too-much-memory', ['play', 'app', '--memory', '4G']],
  [1, 'run/memory-too-small', ['play', 'app', '--memory', '16K']],
  [1, 'run/bad-memory-size', ['play', 'app', '--memory', 'much']],
  [1, 'cli/bad-setting', ['export', 'web', 'site', 'app', '--env', 'A']],
  [1, 'app/no-such-folder', ['play', 'absent']],
  [2, 'cli/wrong-usage', ['play', 'app', '--port', '70000']],
  [2, 'cli/wrong-usage', ['export', 'web']],
])('status %i and %s for %j', async (status, code, args) => {
  const cwd = folderWith({ 'app/main.c': hello })
  const outcome = await azbuild([...args, '--json'], { cwd })
  expect([outcome.status, problems(outcome)[0]!.code]).toEqual([status, code])
  expect(existsSync(join(cwd, 'site'))).toBe(false)
})
