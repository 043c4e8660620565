import { describe, expect, test } from 'vitest'
import { azbuild, folderWith, hello, type Surroundings } from './azbuild.ts'

interface Refusal {
  readonly files: Readonly<Record<string, string>>
  readonly args: readonly string[]
  readonly status?: number
  /** What people read on stderr: the first line of the message, and the lines below it that matter. */
  readonly says: readonly (string | RegExp)[]
  readonly code: string
  readonly hint?: RegExp
}

/** Runs the case; people get the message on stderr, scripts get the same as the one document on stdout. */
async function check(
  { files, args, status = 1, says, code, hint }: Refusal,
  surroundings?: Partial<Surroundings>,
) {
  const outcome = await azbuild([...args, '--json'], { cwd: folderWith(files), ...surroundings })
  for (const text of says) expect(outcome.stderr).toMatch(text)
  const { problems } = JSON.parse(outcome.stdout) as { problems: { code: string; hint?: string }[] }
  expect(problems[0]).toMatchObject({ code, ...(hint ? { hint: expect.stringMatching(hint) } : {}) })
  expect(outcome.stderr).not.toMatch(/^\s+at .*\.(js|ts):\d+/m)
  expect(outcome.status).toBe(status)
  return outcome
}

const network =
  '#include <sys/socket.h>\n\nint main(void)\n{\n    return socket(AF_INET, SOCK_STREAM, 0) < 0;\n}\n'
const config = (body: string): string =>
  `import { defineConfig } from 'azbuild'\n\nexport default defineConfig({\n${body}\n})\n`
const manifest = (body: string): string =>
  `import { defineComponent } from 'azbuild'\n\nexport default defineComponent({\n  name: 'drivers/x',\n  title: 'X',\n  status: 'stable',\n${body}\n})\n`

describe('the app', () => {
  test('no such folder', () =>
    check({
      files: {},
      args: ['image', 'nowhere'],
      says: ['error[app/no-such-folder]: There is no folder nowhere'],
      code: 'app/no-such-folder',
      hint: /azbuild new app/,
    }))

  test('no app at all', () =>
    check({
      files: {},
      args: ['image'],
      says: ['error[app/no-app]: No app was named'],
      code: 'app/no-app',
      hint: /name its folder/,
    }))

  test('no sources', () =>
    check({
      files: { 'app/README.md': '' },
      args: ['image', 'app'],
      says: [/error\[app\/no-sources\]: There is no C source in .*\/app/],
      code: 'app/no-sources',
      hint: /a main\.c is enough/,
    }))

  test('sources that match nothing', () =>
    check({
      files: { 'app/main.c': hello, 'app/shog.config.ts': config("  sources: ['src/*.c'],") },
      args: ['image', 'app'],
      says: ['error[app/no-match]: app/shog.config.ts: "src/*.c" in `sources` matches no file'],
      code: 'app/no-match',
      hint: /relative to the folder/,
    }))

  test('C++', () =>
    check({
      files: { 'app/main.cpp': 'int main() {}\n' },
      args: ['image', 'app'],
      says: ['error[app/unsupported-language]: app/main.cpp: C++ cannot be built yet'],
      code: 'app/unsupported-language',
      hint: /exclude/,
    }))

  test('no main', () =>
    check({
      files: { 'app/a.c': 'int f(void);\nint f(void)\n{\n    return 1;\n}\n' },
      args: ['image', 'app'],
      says: [/error\[analyze\/no-main\]: The app defines no main\(\): looked in .*a\.o/],
      code: 'analyze/no-main',
      hint: /int main\(void\)/,
    }))

  test('a C error: what the compiler says, then the place, then the command', async () => {
    const { stderr } = await check({
      files: { 'app/main.c': 'int main(void)\n{\n    int x = y;\n    return x;\n}\n' },
      args: ['image', 'app'],
      says: [
        "error[build/compile-failed]: app/main.c:3:13: The C compiler refused this file: use of undeclared identifier 'y'",
        /because this command failed: \S+ clang .*-c app\/main\.c -o out\/app\/x86_64\/obj\/app\/main\.o/,
      ],
      code: 'build/compile-failed',
    })
    expect(stderr.indexOf('    3 |     int x = y;')).toBeGreaterThan(0)
    expect(stderr.indexOf('    3 |     int x = y;')).toBeLessThan(stderr.indexOf('build/compile-failed'))
  })

  test('a header that is not there', () =>
    check({
      files: { 'app/main.c': '#include "table.h"\n' },
      args: ['image', 'app'],
      says: [
        "error[build/compile-failed]: app/main.c:1:10: The C compiler refused this file: 'table.h' file not found",
      ],
      code: 'build/compile-failed',
      hint: /include: \['\.\.\.'\] in shog\.config\.ts/,
    }))

  test('a function that nothing defines', () =>
    check({
      files: {
        'app/main.c':
          '#include <stdio.h>\n\nint put(const char *);\n\nint main(void)\n{\n    return put("x");\n}\n',
      },
      args: ['image', 'app'],
      says: ['error[analyze/unresolved-symbol]: app/main.c:7: Nothing defines "put"'],
      code: 'analyze/unresolved-symbol',
      hint: /puts/,
    }))

  test('a system call that nothing implements: the chain from the line of the app', () =>
    check({
      files: { 'app/main.c': '#include <unistd.h>\n\nint main(void)\n{\n    return fork();\n}\n' },
      args: ['image', 'app'],
      says: [
        'error[select/unimplemented-syscall]: app/main.c:5: Nothing implements the system call fork()',
        'because app/main.c:5 main calls fork',
        /because .* calls az_sys_fork/,
      ],
      code: 'select/unimplemented-syscall',
      hint: /syscalls: \{ fork: 'stub' \} in shog\.config\.ts/,
    }))
})

describe('shog.config.ts', () => {
  const app = (body: string) => ({ 'app/main.c': hello, 'app/shog.config.ts': config(body) })

  test('an unknown field', () =>
    check({
      files: app("  source: ['main.c'],"),
      args: ['image', 'app'],
      says: ['error[app/invalid-config]: app/shog.config.ts: There is no field "source"'],
      code: 'app/invalid-config',
      hint: /did you mean "sources"\?/,
    }))

  test('code that fails, with its line', async () => {
    const { stderr } = await azbuild(['image', 'app'], { cwd: folderWith(app('  memory: size(),')) })
    expect(stderr).toBe(
      'error[app/invalid-config]: app/shog.config.ts:4:11: The configuration cannot be loaded: size is not defined\n',
    )
  })

  test('an embedded file that is not there', async () => {
    const outcome = await azbuild(['image', 'app'], {
      cwd: folderWith(app("  embed: { '/page.html': 'page.html' },")),
    })
    expect(outcome.stderr).toMatch(
      /error\[app\/missing-file\]: app\/shog\.config\.ts: .*\/app\/page\.html, named in `embed`, is not there/,
    )
    expect(outcome.status).toBe(1)
  })

  test('a system call that does not exist', () =>
    check({
      files: app("  syscalls: { forc: 'stub' },"),
      args: ['image', 'app'],
      says: ['error[select/unknown-syscall]: app/shog.config.ts: There is no system call "forc"'],
      code: 'select/unknown-syscall',
      hint: /did you mean "fork"\?/,
    }))
})

describe('.config', () => {
  test('a component that the app needs is off: the line that says so', () =>
    check({
      files: { 'app/main.c': network, 'app/.config': '# mine\n# CONFIG_DRIVERS_VIRTIO_NET is not set\n' },
      args: ['image', 'app'],
      says: [
        /error\[select\/unmet-demand\]: Nothing in the image provides "net\.\w+"/,
        'because app/main.c:5 main calls socket',
        'because drivers/virtio-net is off: DRIVERS_VIRTIO_NET=n in app/.config:2',
      ],
      code: 'select/unmet-demand',
      hint: /DRIVERS_VIRTIO_NET/,
    }))

  test('a contradiction: the line, and what it contradicts', () =>
    check({
      files: { 'app/main.c': hello, 'app/.config': 'CONFIG_NET_TCP=y\n' },
      args: ['image', 'app'],
      says: [
        'error[select/contradiction]: app/.config:1: NET_TCP cannot be y here: it is n',
        'because it depends on HAVE_NET_IPV4, which is n',
      ],
      code: 'select/contradiction',
      hint: /azbuild why NET_TCP/,
    }))

  test('an unknown symbol: a warning with the nearest name at every build, and with --strict an error', async () => {
    const cwd = folderWith({ 'app/main.c': hello, 'app/.config': 'CONFIG_NET_TPC=y\n' })
    const warning =
      'warning[select/unknown-symbol]: app/.config:1: NET_TPC is no symbol of this configuration\n  hint: did you mean NET_TCP?\n'
    for (const run of ['first', 'up to date']) {
      const { status, stderr } = await azbuild(['image', 'app'], { cwd })
      expect(stderr, run).toContain(warning)
      expect(status).toBe(0)
    }
    const strict = await azbuild(['image', 'app', '--strict'], { cwd })
    expect(strict.stderr).toBe(warning.replace('warning[', 'error['))
    expect(strict.status).toBe(1)
  })
})

describe("a workspace's components", () => {
  const files = (body: string) => ({
    'app/main.c': hello,
    'components/drivers/x/component.ts': manifest(body),
  })

  test('a manifest with code', () =>
    check({
      files: files('  provides: [process.env.KIND],'),
      args: ['image', 'app'],
      says: [
        /error\[component\/invalid-manifest\]: components\/drivers\/x\/component\.ts:7:14: "process\.env\.KIND" is code, not a literal/,
      ],
      code: 'component/invalid-manifest',
      hint: /read, never run/,
    }))

  test('a manifest with an unknown field', () =>
    check({
      files: files("  provide: ['net.device'],"),
      args: ['image', 'app'],
      says: [
        'error[component/invalid-manifest]: components/drivers/x/component.ts:7:12: A manifest has no field "provide"',
      ],
      code: 'component/invalid-manifest',
      hint: /did you mean "provides"\?/,
    }))
})

describe('the command line', () => {
  test.each([
    [['imag'], "unknown command 'imag'"],
    [['image', '--arhc', 'i386'], "unknown option '--arhc'"],
    [['image', '--arch', 'arm'], "option '--arch <arch>' argument 'arm' is invalid"],
    [['image', '-j', 'many'], 'Expected a whole number above 0'],
    [['run', 'app', '--timeout', 'soon'], 'Expected seconds above 0'],
    [['why'], "missing required argument 'name'"],
    [['config', 'get'], "missing required argument 'symbol'"],
  ])('%j', async (args, message) => {
    const cwd = folderWith({ 'app/main.c': hello })
    const { status, stdout, stderr } = await azbuild([...args, '--json'], { cwd })
    expect(stderr).toContain(message)
    expect(JSON.parse(stdout)).toMatchObject({
      problems: [{ code: 'cli/wrong-usage', message: expect.stringContaining(message) }],
    })
    expect(status).toBe(2)
  })

  test('a wire that cannot be read', () =>
    check({
      files: { 'app/main.c': hello },
      args: ['run', 'app', '--wire', 'loss=2'],
      says: ['error[run/bad-wire]: "loss=2" describes no wire'],
      code: 'run/bad-wire',
      hint: /loss=2%,reorder=5%/,
    }))

  test('a wire on a network that is not ours', () =>
    check({
      files: { 'app/main.c': hello },
      args: ['run', 'app', '--runner', 'qemu', '--network', 'qemu', '--wire', 'loss=2%'],
      says: ["error[cli/wire-needs-own-network]: --wire is for azbuild's network"],
      code: 'cli/wire-needs-own-network',
      hint: /leave --network out/,
    }))

  test('a bug of azbuild says so, and how to report it', async () => {
    const broken = "Object.hasOwn = () => { throw new TypeError('broken on purpose') }"
    const { status, stdout, stderr } = await azbuild(['image', 'app', '--json'], {
      cwd: folderWith({}),
      node: ['--import', `data:text/javascript,${encodeURIComponent(broken)}`],
    })
    expect(stderr).toMatch(
      /^This is a bug of azbuild, not of your input \(unexpected error\): broken on purpose\nPlease report it with these lines: azbuild \d/,
    )
    expect(JSON.parse(stdout)).toMatchObject({ problems: [{ code: 'cli/bug' }] })
    expect(status).toBe(70)
  })

  test('an error thrown in a callback is a bug report as well', async () => {
    const broken =
      "setTimeout(() => { throw new TypeError('broken later') }, 300); setTimeout(() => {}, 10_000)"
    const { status, stderr } = await azbuild(['run', 'app', '--timeout', '60'], {
      cwd: folderWith({ 'app/main.c': 'int main(void)\n{\n    for (;;)\n        ;\n}\n' }),
      node: [
        '--import',
        `data:text/javascript,${encodeURIComponent(`process.nextTick(() => { ${broken} })`)}`,
      ],
    })
    expect(stderr).toMatch(/This is a bug of azbuild, not of your input \(unexpected error\): broken later/)
    expect(status).toBe(70)
  })
})
