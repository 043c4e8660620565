import { readFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { nodeHost } from '../host/index.ts'
import { renderSyscallHeaders } from './archive-plan.ts'
import { findToolchain } from './find-toolchain.ts'
import { appFlags, kernelFlags } from './flags.ts'
import { findMusl } from './musl.ts'
import { renderBitsSyscall, renderDynamicTable, renderSyscallPrototypes } from './syscall-headers.ts'
import { parseSyscallTable, type SyscallTable } from './syscall-table.ts'

function tableOf(text: string): SyscallTable {
  const parsed = parseSyscallTable('t.tbl', text)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.value
}

const small = tableOf(
  [
    'close 3 6 cp int fd',
    'clock_gettime 228 403/clock_gettime64 - clockid_t clock, struct timespec *out',
    'truncate 76 193 own const char *path, int64_t length',
    '_llseek - 140 - int fd, void *out',
    'getpid 39 20 - void',
  ].join('\n'),
)

describe('the headers of a system call table', () => {
  test('prototypes name every call once, and mark those of one architecture', () => {
    expect(renderSyscallPrototypes(small).split('\n').slice(8)).toEqual([
      'struct timespec;',
      '',
      '/* A call whose number was not known when its caller was compiled. */',
      'long az_sys_dynamic(long number, long a, long b, long c, long d, long e, long f, long g);',
      '',
      'long az_sys_close(int fd);',
      'long az_sys_clock_gettime(clockid_t clock, struct timespec *out);',
      'long az_sys_truncate(const char *path, int64_t length);',
      '#ifdef __i386__',
      'long az_sys__llseek(int fd, void *out);',
      '#endif',
      'long az_sys_getpid(void);',
      '',
      '#endif',
      '',
    ])
  })

  test('numbers are those of the architecture, with the second names of i386', () => {
    const names = (text: string): readonly string[] =>
      [...text.matchAll(/#define SYS_(.*)/g)].map((match) => match[1]!)
    expect(names(renderBitsSyscall(small, 'i386'))).toEqual([
      'close 6',
      'getpid 20',
      '_llseek 140',
      'truncate 193',
      'clock_gettime 403',
      'clock_gettime64 403',
    ])
    expect(renderBitsSyscall(small, 'x86_64')).toContain('#ifdef AZ_LIBC\n#define __NR_clock_gettime64 228')
  })

  test('the dynamic table has the calls of the image, by number', () => {
    expect(renderDynamicTable(small, 'i386', new Set(['truncate', 'close', 'absent']))).toContain(
      [
        'az_dynamic_call *const az_dynamic_calls[] = {',
        '    (az_dynamic_call *)(long (*)(void))az_sys_close,',
        '    (az_dynamic_call *)(long (*)(void))az_sys_truncate,',
        '};',
        'const uint16_t az_dynamic_places[] = {[6] = 1, [193] = 2 | AZ_DYNAMIC_OWN};',
      ].join('\n'),
    )
    expect(renderDynamicTable(small, 'x86_64', new Set(['truncate']))).toContain('{[76] = 1};')
    expect(renderDynamicTable(small, 'x86_64', new Set())).toContain('az_dynamic_places[] = {0};')
  })
})

describe.each(['i386', 'x86_64'] as const)('with the compiler, for %s', (arch) => {
  const root = new URL('../../', import.meta.url).pathname
  const scratch = mkdtempSync(join(tmpdir(), 'azbuild-headers-test-'))
  const host = nodeHost(scratch)
  afterAll(() => rmSync(scratch, { recursive: true, force: true }))

  const real = tableOf(readFileSync(`${root}components/api/syscalls.tbl`, 'utf8'))

  const compile = async (file: string, text: string, kind: 'app' | 'kernel', ...more: readonly string[]) => {
    const toolchain = await findToolchain(host)
    const libc = findMusl(host, { overrides: `${root}components/libc/musl` })
    if (!toolchain.ok || !libc.ok) throw new Error('this machine has no toolchain')
    for (const [path, header] of Object.entries(renderSyscallHeaders(real, arch))) host.write(path, header)
    host.write('az/config.h', '')
    host.write(file, text)
    const flagsOf = kind === 'app' ? appFlags : kernelFlags
    const { program, args } = file.endsWith('.cc') ? toolchain.value.cxx : toolchain.value.cc
    const flags = [...flagsOf(toolchain.value, libc.value, arch, { generated: scratch }), ...more]
    const result = await host.run(program, [...args, ...flags, '-c', file, '-o', 'x.o'])
    expect(result.stderr).toBe('')
    return Buffer.from(host.readBytes('x.o')!).toString('latin1')
  }

  test('kernel code is compiled against the true prototypes, and the dynamic table too', async () => {
    const all = new Set(real.syscalls.map(({ name }) => name))
    await compile('table.c', renderDynamicTable(real, arch, all), 'kernel', `-I${root}components/api/include`)
  })

  test('syscall() of a constant is a call, in C and in C++, whatever the arguments are', async () => {
    const text =
      '#ifndef _GNU_SOURCE\n#define _GNU_SOURCE\n#endif\n#include <fcntl.h>\n#include <sys/syscall.h>\n' +
      'long f(const char *path, void *out) { return syscall(SYS_openat, AT_FDCWD, path, 0) + syscall(SYS_getpid)' +
      ' + syscall(SYS_read, 0, out, sizeof(long)); }\nlong (*pointer)(long, ...) = syscall;\n'
    for (const file of ['a.c', 'a.cc']) {
      const object = await compile(file, text, 'app', '-Wall', '-Wextra', '-Werror')
      for (const name of ['az_sys_openat', 'az_sys_getpid', 'az_sys_read']) expect(object).toContain(name)
      expect(object).not.toContain('az_sys_dynamic')
      expect(object).not.toContain('az_sys_write')
    }
  })

  test('a number that Linux does not know fails, and one that is not known yet is left to the kernel', async () => {
    const include = '#define _GNU_SOURCE\n#include <sys/syscall.h>\n'
    expect(await compile('b.c', `${include}long f(void) { return syscall(99999); }`, 'app')).not.toContain(
      'az_sys_',
    )
    expect(await compile('c.c', `${include}long f(long n) { return syscall(n, 1); }`, 'app')).toContain(
      'az_sys_dynamic',
    )
  })
})
