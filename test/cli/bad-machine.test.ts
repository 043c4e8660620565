import { appendFileSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { missingTool, titled } from '../support/tools.ts'
import { azbuild, copyOfCache, folderWith, hello, mounted, onlyNode, type Outcome } from './azbuild.ts'

const server = `#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

int main(void)
{
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(@port@)};
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&any, sizeof any) || listen(listener, 1)) {
        perror("listen");
        return 9;
    }
    return accept(listener, NULL, NULL) < 0;
}
`
const poke = `static volatile char *nowhere;

static void __attribute__((noinline)) poke(void)
{
    *nowhere = 1;
}

int main(void)
{
    poke();
    return 0;
}
`
const noInterruptTable = `int main(void)
{
    struct {
        unsigned short limit;
        unsigned long base;
    } __attribute__((packed)) none = {0, 0};
    __asm__ volatile("lidt %0; int3" : : "m"(none));
    return 0;
}
`
const endless = 'int main(void)\n{\n    for (volatile int i = 0;; i = i + 1)\n        ;\n}\n'

const problemsOf = ({ stdout }: Outcome): unknown => (JSON.parse(stdout) as { problems: unknown }).problems
const runners = [
  { runner: 'v86', arch: 'i386' },
  { runner: 'qemu', arch: 'x86_64' },
] as const

const missing = missingTool('qemu-system-x86_64')
if (missing !== undefined) test.skip(titled('guests on QEMU', missing))
const present = runners.filter(({ runner }) => runner === 'v86' || missing === undefined)

describe.each(present)('a guest on $runner', ({ runner, arch }) => {
  const run = (main: string, ...more: string[]) =>
    azbuild(['run', 'app', '--runner', runner, '--arch', arch, '--timeout', '60', ...more], {
      cwd: folderWith({ 'app/main.c': main }),
    })

  test('that crashes: function, file and line, status 134', async () => {
    const { status, stdout, stderr } = await run(poke)
    expect(stdout).toContain('az: panic: write through a NULL pointer, at address 0x0')
    expect(stderr).toMatch(
      /error\[cli\/guest-panic\]: app panicked in app\n  because at 0x\w+ poke\+0x\w+ at app\/main\.c:5 \(app\)\n  because at 0x\w+ main\+0x\w+ at app\/main\.c:10 \(app\)\n/,
    )
    expect(status).toBe(134)
  })

  test('that loops: ended by --timeout, status 124', async () => {
    const { status, stderr } = await run(endless, '--timeout', '2')
    expect(stderr).toContain('azbuild: app was still running after 2 seconds; the machine is gone\n')
    expect(status).toBe(124)
  })

  test('that loops, with --json', async () => {
    const { status, stdout } = await run(endless, '--timeout', '2', '--json')
    expect(JSON.parse(stdout)).toEqual({
      name: 'app',
      arch,
      runner,
      outcome: 'timeout',
      status: 124,
      console: '',
    })
    expect(status).toBe(124)
  })

  test('that faults three times: said, status 134', async () => {
    const outcome = await run(noInterruptTable, '--json')
    expect(outcome.stderr).toMatch(/error\[cli\/guest-fault\]: app stopped without a word: .*triple fault/)
    expect(problemsOf(outcome)).toMatchObject([
      { code: 'cli/guest-fault', hint: expect.stringContaining('debug-an-image.md') },
    ])
    expect(outcome.status).toBe(134)
  })

  test('with a status of its own: 9 is 9', async () => {
    const { status, stdout } = await run(
      '#include <stdio.h>\n\nint main(void)\n{\n    puts("nine");\n    return 9;\n}\n',
      '--json',
    )
    expect(JSON.parse(stdout)).toEqual({
      name: 'app',
      arch,
      runner,
      outcome: 'exit',
      status: 9,
      console: 'nine\n',
    })
    expect(status).toBe(9)
  })

  test('too large for --memory: how much it needs', async () => {
    const outcome = await run(hello, '--memory', '1100K', '--json')
    expect(outcome.stderr).toMatch(
      /error\[run\/memory-too-small\]: .*app\.elf reaches up to \d+K when loaded, and the machine has 1100K/,
    )
    expect(problemsOf(outcome)).toMatchObject([
      { code: 'run/memory-too-small', hint: expect.stringMatching(/--memory \d+[KM]/) },
    ])
    expect(outcome.status).toBe(1)
  })

  test('that listens on a port in use: whose it is, and another one', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as { port: number }
    try {
      const outcome = await run(server.replace('@port@', String(port)), '--json')
      expect(outcome.stderr).toContain(`error[run/port-in-use]: Port ${port}/tcp of this machine is in use`)
      expect(problemsOf(outcome)).toMatchObject([
        { code: 'run/port-in-use', hint: expect.stringContaining(`:${port}`) },
      ])
      expect(outcome.status).toBe(1)
    } finally {
      taken.close()
    }
  })
})

describe('this machine', () => {
  test('QEMU asked for and missing: status 3, and what needs nothing', async () => {
    const outcome = await azbuild(['run', 'app', '--runner', 'qemu', '--json'], {
      cwd: folderWith({ 'app/main.c': hello }),
      env: { PATH: onlyNode() },
    })
    expect(outcome.stderr).toContain('error[run/qemu-missing]: qemu-system-x86_64 is not on PATH')
    expect(problemsOf(outcome)).toMatchObject([
      { code: 'run/qemu-missing', hint: expect.stringContaining('--runner v86 --arch i386') },
    ])
    expect(outcome.status).toBe(3)
  })

  test('a file where out/ should be', async () => {
    const cwd = folderWith({ 'app/main.c': hello, out: 'mine\n' })
    const outcome = await azbuild(['image', 'app', '--json'], { cwd })
    expect(outcome.stderr).toMatch(
      /error\[host\/in-the-way\]: out\S*: A file is in the way: azbuild needs a folder here\n/,
    )
    expect(problemsOf(outcome)).toMatchObject([{ code: 'host/in-the-way' }])
    expect(outcome.status).toBe(1)
    expect(readFileSync(join(cwd, 'out'), 'utf8')).toBe('mine\n')
  })

  test('out/ on a read-only file system', async (context) => {
    const cwd = folderWith({ 'app/main.c': hello, 'out/.keep': '' })
    if (!mounted('-t', 'tmpfs', '-o', 'ro', 'none', join(cwd, 'out')))
      return context.skip('this user may not mount')
    const outcome = await azbuild(['image', 'app', '--json'], { cwd })
    expect(outcome.stderr).toMatch(
      /error\[host\/cannot-write\]: out\/app\S*: This path cannot be written \(EROFS\)\n/,
    )
    expect(problemsOf(outcome)).toMatchObject([
      { code: 'host/cannot-write', hint: expect.stringContaining('a folder you own') },
    ])
    expect(outcome.status).toBe(3)
  })

  test.for(['60k', '250k', '800k'])('a disk with %s of room, then with more', async (size, context) => {
    const cwd = folderWith({ 'app/main.c': hello, 'out/.keep': '' })
    if (!mounted('-t', 'tmpfs', '-o', `size=${size}`, 'none', join(cwd, 'out')))
      return context.skip('this user may not mount')
    const outcome = await azbuild(['image', 'app', '--json'], { cwd })
    expect(outcome.stderr).toMatch(/error\[host\/disk-full\]: (\S+: )?The disk is full\n/)
    expect(problemsOf(outcome)).toMatchObject([
      { code: 'host/disk-full', hint: expect.stringContaining('make room') },
    ])
    expect(outcome.status).toBe(3)
    expect(mounted('-o', 'remount,size=64m', join(cwd, 'out'))).toBe(true)
    expect((await azbuild(['image', 'app'], { cwd })).status).toBe(0)
  })

  test('a home and a cache that cannot be written', async () => {
    const outcome = await azbuild(['image', 'app', '--json'], {
      cwd: folderWith({ 'app/main.c': hello }),
      env: { AZBUILD_CACHE: '/proc/no-cache' },
    })
    expect(outcome.stderr).toContain(
      'error[toolchain/cache-unwritable]: No folder for the cache can be written: /proc/no-cache',
    )
    expect(problemsOf(outcome)).toMatchObject([
      { code: 'toolchain/cache-unwritable', hint: expect.stringContaining('AZBUILD_CACHE') },
    ])
    expect(outcome.status).toBe(3)
  })

  describe('a damaged cache entry', () => {
    let cwd: string
    let env: { AZBUILD_CACHE: string }
    let clean: Buffer
    let repaired: Outcome
    // libc is built here, from its 1,300 sources: what hooks have their longer limit for.
    beforeAll(async () => {
      const cleaning: (() => void)[] = []
      const whenOver = (clean: () => void): unknown => cleaning.push(clean)
      cwd = folderWith({ 'app/main.c': hello }, whenOver)
      env = { AZBUILD_CACHE: copyOfCache(whenOver) }
      const built = await azbuild(['image', 'app', '--json'], { cwd, env })
      clean = readFileSync((JSON.parse(built.stdout) as { image: string }).image)
      const libraries = join(env.AZBUILD_CACHE, 'libc')
      for (const entry of readdirSync(libraries)) appendFileSync(join(libraries, entry, 'libc.a'), 'rot')
      repaired = await azbuild(['image', 'app', '--json'], { cwd, env })
      return () => cleaning.forEach((clean) => clean())
    })
    test('is a warning, and the same image', async () => {
      expect(repaired.stderr).toMatch(
        /warning\[toolchain\/corrupt-cache\]: \S+\/libc\/\S+: The cached C library is damaged \(libc\.a is not what was written\) and is built again/,
      )
      expect(repaired.status).toBe(0)
      expect(readFileSync((JSON.parse(repaired.stdout) as { image: string }).image).equals(clean)).toBe(true)
      expect((await azbuild(['image', 'app'], { cwd, env })).stderr).toBe('')
    })
  })

  test('damaged notes of earlier builds cost a build and no more', async () => {
    const cwd = folderWith({ 'app/main.c': hello })
    const { image } = JSON.parse((await azbuild(['image', 'app', '--json'], { cwd })).stdout) as {
      image: string
    }
    const clean = readFileSync(image)
    for (const note of [
      'out/app/x86_64/build.json',
      'out/.cache/azbuild.json',
      'out/app/x86_64/.ninja_log',
      'out/app/x86_64/.ninja_deps',
    ]) {
      writeFileSync(join(cwd, note), '{"key":')
    }
    expect((await azbuild(['image', 'app'], { cwd })).status).toBe(0)
    expect(readFileSync(image).equals(clean)).toBe(true)
  })

  test('two builds of one app at once: both succeed, one image', async () => {
    const cwd = folderWith({ 'app/main.c': hello })
    const outcomes = await Promise.all([1, 2].map(() => azbuild(['image', 'app', '--json'], { cwd })))
    const documents = outcomes.map(({ stdout }) => JSON.parse(stdout) as { image: string; bytes: number })
    expect(outcomes.map(({ status }) => status)).toEqual([0, 0])
    expect(documents[0]).toEqual(documents[1])
    expect(statSync(documents[0]!.image).size).toBe(documents[0]!.bytes)
  })

  test('out/ removed under a running build: an answer, not a stack trace', async () => {
    const cwd = folderWith({ 'app/main.c': hello })
    mkdirSync(join(cwd, 'out'))
    const build = azbuild(['image', 'app'], { cwd })
    await new Promise((resolve) => setTimeout(resolve, 700))
    await azbuild(['clean'], { cwd })
    const { stderr } = await build
    expect(stderr).not.toMatch(/^\s+at .*\.(js|ts):\d+/m)
    expect((await azbuild(['image', 'app'], { cwd })).status).toBe(0)
  })
})
