import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openWorkshop } from '../support/compile.ts'
import { azbuild, folderWith } from './azbuild.ts'

const config = (body: string): string =>
  `import { defineConfig } from 'azbuild'\n\nexport default defineConfig({\n${body}\n})\n`

/** Builds and runs the app in app/; what it printed. */
async function run(files: Readonly<Record<string, string | Uint8Array>>, ...more: string[]) {
  const cwd = folderWith(files)
  const { status, stdout, stderr } = await azbuild(['run', 'app', '--timeout', '60', ...more], { cwd })
  expect(status, stderr).toBe(0)
  return { cwd, stdout }
}

test('several files, headers and sub-folders, without a configuration', async () => {
  const { stdout } = await run({
    'app/main.c':
      '#include <stdio.h>\n#include "deep/twice.h"\n#include <limits.own.h>\n\nint main(void)\n{\n    printf("%d\\n", twice(LIMIT));\n    return 0;\n}\n',
    'app/deep/twice.h': 'int twice(int);\n',
    'app/deep/twice.c': '#include "twice.h"\n\nint twice(int x)\n{\n    return 2 * x;\n}\n',
    'app/deep/main.h': '#define UNUSED 1\n',
    'app/include/limits.own.h': '#define LIMIT 21\n',
  })
  expect(stdout).toBe('42\n')
})

test('defines, include paths, flags, exclusions, arguments, environment, embedded files', async () => {
  const files = {
    'app/shog.config.ts': config(`  sources: ['src/**/*.c'],
  exclude: ['**/*_test.c'],
  include: ['vendor'],
  defines: { NAME: '"a b"', DEBUG: true, LEVEL: 3 },
  cflags: ['-DLEVEL_TOO=4'],
  args: ['one', 'two words'],
  env: { GREETING: 'good morning', EMPTY: '' },
  embed: { '/etc/motd': 'motd.txt' },`),
    'app/motd.txt': 'be kind\n',
    'app/vendor/vendor.h': '#define VENDOR "v"\n',
    'app/src/broken_test.c': '#error not to be compiled\n',
    'app/src/main.c': `#include <stdio.h>
#include <stdlib.h>
#include <vendor.h>

int main(int argc, char **argv)
{
    char line[32] = "";
    FILE *motd = fopen("/etc/motd", "r");
    if (motd)
        fgets(line, sizeof line, motd);
    printf("%s %s %d %d %d|", VENDOR, NAME, DEBUG, LEVEL, LEVEL_TOO);
    for (int i = 0; i < argc; i++)
        printf("%s,", argv[i]);
    printf("|%s|%s|%s", getenv("GREETING"), getenv("EMPTY"), line);
    return 0;
}
`,
  }
  const { cwd, stdout } = await run(files)
  expect(stdout).toBe('v a b 1 3 4|app,one,two words,|good morning||be kind\n')

  const other = await azbuild(
    ['run', 'app', '--timeout', '60', '--env', 'GREETING=a "b" \\c', '--', 'x', '', 'y z'],
    { cwd },
  )
  expect(other.stdout).toBe('v a b 1 3 4|app,x,,y z,|a "b" \\c||be kind\n')

  writeFileSync(join(cwd, 'app/motd.txt'), 'be quick\n')
  expect((await azbuild(['run', 'app', '--timeout', '60'], { cwd })).stdout).toContain('|be quick\n')
})

test('a system call with a number that only runs tell is declared: by syscall(), and by instruction in a library', async () => {
  const shop = openWorkshop('instruction')
  onTestFinished(() => shop.remove())
  const ask = '.globl ask\nask: push %ebx; mov 8(%esp), %eax; mov 12(%esp), %ebx; int $0x80; pop %ebx; ret\n'
  const library = await shop.archive('libask.a', [await shop.compile('i386', 'ask.s', ask)])
  const app = (number: string): string =>
    `#include <stdio.h>\n#include <unistd.h>\n#include <sys/syscall.h>\nlong ask(long, long);
int main(int argc, char **argv)\n{\n    printf("%d %ld\\n", ${number} == getpid(), ask(argc + 194, 0));\n    return 0;\n}\n`
  const files = {
    'app/main.c': app('ask(argc + 19, 0)'),
    'app/libask.a': shop.read(library),
    'app/shog.config.ts': config(`  libraries: ['libask.a'],`),
  }
  const refused = async (change: Readonly<Record<string, string>>): Promise<unknown> => {
    const cwd = folderWith({ ...files, ...change })
    const { stdout } = await azbuild(['image', 'app', '--arch', 'i386', '--json'], { cwd })
    const [problem] = (JSON.parse(stdout) as { problems: { code: string; because: string[] }[] }).problems
    return [problem?.code, problem?.because.at(-1)]
  }
  expect(await refused({})).toEqual([
    'analyze/undecided-syscall',
    expect.stringMatching(/ask\.s:2 ask traps to az_sys_dynamic$/),
  ])
  expect(
    await refused({ 'app/main.c': app('syscall(argc + 19)').replace('ask(argc + 194, 0)', '0L') }),
  ).toEqual(['analyze/undecided-syscall', expect.stringMatching(/main calls az_sys_dynamic$/)])
  // stat is in the image, but what it fills is musl's struct and not that of i386 Linux.
  const declared = config(`  libraries: ['libask.a'],\n  dynamicSyscalls: ['getpid', 'stat'],`)
  expect((await run({ ...files, 'app/shog.config.ts': declared })).stdout).toBe('1 -38\n')
})

test.each(['a', 'o'])('a library (.%s) of its flavour', async (ending) => {
  const shop = openWorkshop('library')
  onTestFinished(() => shop.remove())
  const object = await shop.compile('i386', 'add.c', 'int add(int a, int b) { return a + b; }\n')
  const library = ending === 'a' ? await shop.archive('libadd.a', [object]) : object
  const { cwd, stdout } = await run({
    'app/main.c':
      '#include <stdio.h>\n\nint add(int a, int b);\n\nint main(void)\n{\n    printf("%d\\n", add(20, 22));\n    return 0;\n}\n',
    'app/shog.config.ts': config(`  libraries: ['../lib/{arch}/add.${ending}'],`),
    [`lib/i386/add.${ending}`]: shop.read(library),
  })
  expect(stdout).toBe('42\n')
  const missing = await azbuild(['image', 'app', '--arch', 'x86_64'], { cwd })
  expect(missing.stderr).toMatch(
    /error\[app\/missing-file\]: app\/shog\.config\.ts: .*lib\/x86_64\/add\.[ao], named in `libraries`, is not there/,
  )
  expect(missing.status).toBe(1)
})

describe('a build follows what has changed', () => {
  const files = {
    'app/main.c':
      '#include <stdio.h>\n#include "text.h"\n\nint main(void)\n{\n    puts(TEXT);\n    return 0;\n}\n',
    'app/text.h': '#define TEXT "first"\n',
  }
  const printed = async (cwd: string) => (await azbuild(['run', 'app', '--timeout', '60'], { cwd })).stdout

  test('a header, a source that comes and goes, the configuration', async () => {
    const cwd = folderWith(files)
    expect(await printed(cwd)).toBe('first\n')
    writeFileSync(join(cwd, 'app/text.h'), '#define TEXT "second"\n')
    expect(await printed(cwd)).toBe('second\n')
    writeFileSync(
      join(cwd, 'app/more.c'),
      '#include <stdio.h>\n\n__attribute__((constructor)) static void early(void)\n{\n    puts("early");\n}\n',
    )
    expect(await printed(cwd)).toBe('early\nsecond\n')
    writeFileSync(join(cwd, 'app/shog.config.ts'), config("  exclude: ['more.c'],"))
    expect(await printed(cwd)).toBe('second\n')
    writeFileSync(join(cwd, 'app/.config'), 'CONFIG_LOG=y\n')
    const { stderr } = await azbuild(['image', 'app', '--arch', 'i386', '-v'], { cwd })
    expect(stderr).toContain(' -c ')
    expect(await azbuild(['image', 'app', '--arch', 'i386'], { cwd })).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    })
  })

  test('an error, and the same source mended: no trace of it', async () => {
    const cwd = folderWith(files)
    const { image } = JSON.parse((await azbuild(['image', 'app', '--json'], { cwd })).stdout) as {
      image: string
    }
    const before = readFileSync(image)
    appendFileSync(join(cwd, 'app/main.c'), 'x')
    expect((await azbuild(['image', 'app'], { cwd })).status).toBe(1)
    expect((await azbuild(['image', 'app'], { cwd })).status).toBe(1)
    writeFileSync(join(cwd, 'app/main.c'), files['app/main.c'])
    expect((await azbuild(['image', 'app'], { cwd })).status).toBe(0)
    expect(readFileSync(image).equals(before)).toBe(true)
  })
})

test('a declared stub is said when the image is built, by why, and in the document', async () => {
  const cwd = folderWith({
    'app/main.c':
      '#include <errno.h>\n#include <stdio.h>\n#include <sys/types.h>\n#include <unistd.h>\n\nint main(void)\n{\n    int forked = fork();\n    printf("%d %d\\n", forked, errno == ENOSYS);\n    return 0;\n}\n',
    'app/shog.config.ts': config("  syscalls: { fork: 'stub' },"),
  })
  const built = await azbuild(['image', 'app'], { cwd })
  expect(built.stdout).toMatch(
    /app\.elf {2}\d+ bytes\n {2}fork\(\) fails with ENOSYS: shog\.config\.ts declares it a stub\n/,
  )
  const document = JSON.parse((await azbuild(['image', 'app', '--json'], { cwd })).stdout) as {
    declared: unknown
    syscalls: string[]
  }
  expect(document.declared).toEqual({ fork: 'stub' })
  expect(document.syscalls).toContain('fork')
  const why = await azbuild(['why', 'fork', 'app'], { cwd })
  expect(why.stdout).toMatch(
    /^fork is a system call the app makes, declared a stub in shog\.config\.ts: it fails with ENOSYS\n {2}because app\/main\.c:8 main calls fork\n/,
  )
  expect((await azbuild(['run', 'app', '--timeout', '60'], { cwd })).stdout).toBe('-1 1\n')
})

test('a path with blanks, quotes and letters beyond ASCII', async () => {
  const cwd = folderWith({
    "it's ünder $HOME/my app/main.c":
      '#include <stdio.h>\n\nint main(void)\n{\n    puts(__FILE__);\n    return 0;\n}\n',
  })
  const { status, stdout, stderr } = await azbuild(['run', 'my app', '--timeout', '60'], {
    cwd: join(cwd, "it's ünder $HOME"),
  })
  expect(status, stderr).toBe(0)
  expect(stdout).toBe('my app/main.c\n')
})
