/** Mistakes on the command line that only a built app, a running guest or a missing terminal shows. */
import { describe, expect, test } from 'vitest'
import { azbuild, folderWith, hello } from './azbuild.ts'

interface Mistake {
  readonly args: readonly string[]
  readonly code: string
  readonly message: string
  readonly hint: string
}

const mistakes: readonly Mistake[] = [
  {
    args: ['symbolize', 'here', '--app', 'app'],
    code: 'cli/bad-address',
    message: '"here" is no address',
    hint: 'azbuild symbolize 0xffffffff80101234',
  },
  {
    args: ['symbolize', '0x100', '--file', 'nothing.elf'],
    code: 'cli/no-such-file',
    message: 'There is no file nothing.elf',
    hint: 'azbuild image --json prints where it is, as "symbols"',
  },
  {
    args: ['run', 'app', '--env', 'GREETING'],
    code: 'cli/bad-setting',
    message: '"GREETING" is no NAME=VALUE',
    hint: '--env GREETING=hello',
  },
  {
    args: ['run', 'app', '--network', 'qemu'],
    code: 'cli/v86-has-one-network',
    message: 'v86 has no user network of its own: --network qemu is for the runner QEMU',
    hint: 'leave --network out, or add --runner qemu',
  },
  {
    args: ['run', 'app', '--runner', 'v86', '--arch', 'x86_64'],
    code: 'cli/v86-is-32-bit',
    message: 'v86 emulates a 32-bit processor; it cannot run x86_64',
    hint: '--arch i386 runs on v86, --runner qemu runs x86_64',
  },
  {
    args: ['config', 'get', 'NET_TPC', '--app', 'app'],
    code: 'cli/no-such-symbol',
    message: 'There is no configuration symbol NET_TPC',
    hint: 'did you mean NET_TCP?',
  },
  {
    args: ['image', 'app', '--check'],
    code: 'cli/no-budget',
    message: 'app has no budget for x86_64, so there is nothing to check',
    hint: expect.stringContaining('budget: { x86_64: { imageBytes: 98304 } }') as string,
  },
  {
    args: ['menuconfig', 'app'],
    code: 'cli/no-terminal',
    message: 'menuconfig needs a terminal',
    hint: 'azbuild config get|set|save does the same without one',
  },
]

describe('a mistake names the fix', () => {
  test.each(mistakes)('$args', async ({ args, code, message, hint }) => {
    const { status, stdout, stderr } = await azbuild([...args, '--json'], {
      cwd: folderWith({ 'app/main.c': hello }),
    })
    expect(JSON.parse(stdout)).toEqual({ problems: [{ code, severity: 'error', message, hint }] })
    expect(stderr).toContain(`error[${code}]: ${message}\n  hint: `)
    expect(status).toBe(1)
  })
})

test('an app that dies before main() cannot be counted', async () => {
  const early =
    'static volatile char *nowhere;\n\n__attribute__((constructor)) static void early(void)\n{\n    *nowhere = 1;\n}\n\nint main(void)\n{\n    return 0;\n}\n'
  const { status, stderr } = await azbuild(['bench', 'app', '--arch', 'i386'], {
    cwd: folderWith({ 'app/main.c': early }),
  })
  expect(stderr).toMatch(
    /error\[bench\/boot-failed\]: app did not reach main\(\) \(panic\).*\n  hint: azbuild run app/,
  )
  expect(status).toBe(1)
})

test('two definitions of one function: what the linker says, and how to choose', async () => {
  const { status, stderr } = await azbuild(['image', 'app'], {
    cwd: folderWith({ 'app/main.c': hello, 'app/other.c': 'int main(void)\n{\n    return 1;\n}\n' }),
  })
  expect(stderr).toContain('duplicate symbol: main')
  expect(stderr).toContain('error[build/link-failed]: The image could not be linked')
  expect(stderr).toContain(
    "hint: main is defined twice: leave one file out with exclude: ['...'] in shog.config.ts",
  )
  expect(status).toBe(1)
})

test("a workspace component's broken Kconfig: its file and line", async () => {
  const { status, stderr } = await azbuild(['image', 'app'], {
    cwd: folderWith({
      'app/main.c': hello,
      'components/drivers/x/component.ts':
        "import { defineComponent } from 'azbuild'\n\nexport default defineComponent({\n  name: 'drivers/x',\n  title: 'X',\n  status: 'stable',\n})\n",
      'components/drivers/x/Kconfig': 'config DRIVERS_X_SLOW\n\tbool "Slowly"\n\tdefualt y\n',
    }),
  })
  expect(stderr).toMatch(/error\[select\/kconfig\]: components\/drivers\/x\/Kconfig:3: .*defualt/)
  expect(status).toBe(1)
})
