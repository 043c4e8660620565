/** The Linux guest itself: a short program boots in it as it does in an image, and ends the same way. */
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { presentKernel } from '../../compiler/beside/linux/kernel.ts'
import { openAttacker } from '../../compiler/beside/attack.ts'
import { openSides, type BothSides, type Side } from '../../compiler/beside/sides.ts'
import { compareBeside } from '../../compiler/beside/compare.ts'
import { memoryHost, nodeHost } from '../../compiler/host/index.ts'
import { everythingInstalled, missingTool, titled } from '../support/tools.ts'

const host = nodeHost()
const setUpMs = 600_000
const memoryBytes = 256 * 2 ** 20

function missing(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'Linux on x86_64'
  const qemu = missingTool('qemu-system-x86_64')
  if (qemu !== undefined) return qemu
  if (presentKernel(host) !== undefined) return undefined
  if (everythingInstalled)
    throw new Error(
      'linux-image-cloud-amd64 is not installed, and with AZBUILD_TEST_ALL=1 no test may be skipped',
    )
  return 'linux-image-cloud-amd64'
}

const absent = missing()
const scratch = mkdtempSync(join(tmpdir(), 'azbuild-beside-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

/** An app of one file. */
async function sidesOf(name: string, source: string, config = ''): Promise<BothSides> {
  const folder = join(scratch, name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'main.c'), source)
  if (config !== '') writeFileSync(join(folder, 'shog.config.ts'), config)
  const sides = await openSides(host, { app: folder, onEvent: () => {} })
  if (!sides.ok)
    throw new Error(sides.problems.map(({ message, output }) => `${message}\n${output}`).join('\n'))
  return sides.value
}

const echo = `#include <stdio.h>
int main(int argc, char **argv)
{
    char line[64] = "";
    FILE *file = fopen("/etc/greeting", "r");
    if (file && fgets(line, sizeof line, file))
        printf("%s\\n", line);
    for (int i = 1; i < argc; i++)
        printf("[%s]\\n", argv[i]);
    return argc > 3 ? 42 : 0;
}
`

describe.skipIf(absent !== undefined)(titled('a program in the Linux guest', absent), () => {
  let sides: BothSides
  beforeAll(async () => {
    writeFileSync(join(scratch, 'greeting'), 'hello')
    sides = await sidesOf(
      'echo',
      echo,
      `import { defineConfig } from 'azbuild'\nexport default defineConfig({ embed: { '/etc/greeting': '../greeting' } })\n`,
    )
  }, setUpMs)

  const both = (run: (side: Side) => Promise<unknown>): Promise<readonly unknown[]> =>
    Promise.all([run(sides.az)]).then(async (first) => [...first, await run(sides.linux)])

  test('gets its arguments and its files, and its output is the same byte for byte', async () => {
    const outputs = await both((side) => side.run({ memoryBytes, args: ['one', 'two words'] }))
    const expected = { ok: true, value: 'hello\n[one]\n[two words]\n' }
    expect(outputs).toMatchObject([expected, expected])
  })

  test('ends with its whole status', async () => {
    const outcomes = await both((side) => side.run({ memoryBytes, args: ['a', 'b', 'c'] }))
    const expected = {
      ok: false,
      problems: [{ code: 'beside/guest-failed', message: expect.stringContaining('status 42') }],
    }
    expect(outcomes).toMatchObject([expected, expected])
  })

  test('that does not listen is no server', async () => {
    const served = await both((side) => side.serve({ memoryBytes }, () => expect.unreachable()))
    const expected = { ok: false, problems: [{ code: 'beside/does-not-listen' }] }
    expect(served).toMatchObject([expected, expected])
  })

  test('whose kernel has too little memory is said to have failed', async () => {
    const ended = await sides.linux.run({ memoryBytes: 32 * 2 ** 20, timeoutSeconds: 120 })
    expect(ended).toMatchObject({ ok: false, problems: [{ code: 'beside/guest-failed' }] })
  })

  test('counts instructions: Linux takes many times those of az to main()', async () => {
    const stamp = await openSides(host, { app: `${host.packageFolder}/bench/stamp`, onEvent: () => {} })
    if (!stamp.ok) throw new Error(stamp.problems[0]!.message)
    const counts = [
      await stamp.value.az.run({ memoryBytes, counted: true }),
      await stamp.value.linux.run({ memoryBytes, counted: true }),
    ]
    const [az, linux] = counts.map((printed) =>
      Number(/powerOnToMain (\d+) ns/.exec(printed.ok ? printed.value : '')?.[1]),
    )
    expect(az).toBeGreaterThan(1_000_000)
    expect(linux).toBeGreaterThan(20 * az!)
  })

  test('serves the port that it listens on', async () => {
    const http = await openSides(host, {
      app: `${host.packageFolder}/examples/hello-http`,
      onEvent: () => {},
    })
    if (!http.ok) throw new Error(http.problems[0]!.message)
    const attack = await openAttacker(host, 'hello-http')
    if (!attack.ok) throw new Error(attack.problems[0]!.message)
    const how = { connections: 4, durationMs: 1, timeoutMs: 20_000 }
    const answers = []
    for (const side of [http.value.az, http.value.linux])
      answers.push(await side.serve({ memoryBytes }, (port) => attack.value(port, how, side.name)))
    const [az, linux] = answers
    expect(az).toMatchObject({ ok: true, value: { bodyBytes: 48, errors: {} } })
    expect(linux).toMatchObject({ ok: true, value: { bodyBytes: 48, errors: {} } })
  })
})

test('side by side is for Linux on x86_64', async () => {
  const mac = { ...memoryHost(), platform: 'darwin', cpuArch: 'arm64' }
  const request = {
    app: undefined,
    groups: [],
    memoryBytes,
    rounds: 1,
    connections: [],
    durationMs: 1,
    linuxWords: [],
    onEvent: () => {},
  }
  expect(await compareBeside(mac, request)).toMatchObject({
    ok: false,
    problems: [{ code: 'beside/host', cause: 'machine' }],
  })
})
