/** What the finished libc asks of a kernel: the real archive, both flavours, linked with small programs. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Result } from '../../../../compiler/diag/index.ts'
import { nodeHost } from '../../../../compiler/host/index.ts'
import { findDynamicCallers, findKernelEntries, readImage } from '../../../../compiler/link/index.ts'
import {
  appFlags,
  ensureArchive,
  findMusl,
  findNinja,
  findToolchain,
  kernelFlags,
  linkFlags,
  parseSyscallTable,
  renderSyscallHeaders,
  type SourceLibrary,
  type Toolchain,
} from '../../../../compiler/toolchain/index.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url)).replace(/\/$/, '')
const host = nodeHost(root)

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 2))
  return result.value
}

describe.each(['i386', 'x86_64'] as const)('libc of %s', (arch) => {
  let scratch = ''
  let toolchain: Toolchain
  let libc: SourceLibrary
  let archive = ''
  let components = ''

  const run = async (program: string, args: readonly string[]): Promise<string> => {
    const result = await host.run(program, args)
    if (result.status !== 0) throw new Error(`${program} ${args.join(' ')}\n${result.stdout}${result.stderr}`)
    return result.stderr
  }

  const compile = async (source: string, flags: readonly string[]): Promise<string> => {
    const object = `${scratch}/${source.replaceAll('/', '_')}.o`
    await run(toolchain.cc.program, [...toolchain.cc.args, ...flags, '-c', source, '-o', object])
    return object
  }

  /** The kernel functions that a program, linked without a kernel, leaves undefined; a cancellation point counts as its call. */
  const demands = async (body: string): Promise<readonly string[]> => {
    const source = `${scratch}/app.c`
    host.write(source, `#define _GNU_SOURCE\n${body}`)
    const object = await compile(source, appFlags(toolchain, libc, arch, { generated: scratch }))
    const args = [
      ...linkFlags(arch),
      '-e',
      '__libc_start_main',
      '-u',
      'main',
      '--warn-unresolved-symbols',
      object,
    ]
    const said = await run(toolchain.ld.program, [
      ...toolchain.ld.args,
      ...[...args, components, archive, '--error-limit=0', '-o', `${scratch}/app.elf`],
      ...['start', 'file_bytes', 'bytes', 'align'].map((name) => `--defsym=az_tls_${name}=0`),
    ])
    const names = [...said.matchAll(/undefined symbol: (\S+)/g)].map((match) =>
      match[1]!.replace('az_cp_', 'az_sys_'),
    )
    return [...new Set(names)].sort()
  }

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'azbuild-libc-test-'))
    toolchain = must(await findToolchain(host))
    libc = must(findMusl(host, { overrides: `${root}/components/libc/musl` }))
    const table = must(parseSyscallTable('syscalls.tbl', host.readText('components/api/syscalls.tbl')!))
    for (const [path, text] of Object.entries(renderSyscallHeaders(table, arch)))
      host.write(`${scratch}/${path}`, text)
    host.write(`${scratch}/az/config.h`, '')
    archive = must(
      await ensureArchive(host, { toolchain, library: libc, table, arch, ninja: must(findNinja(host)) }),
    ).path
    const flags = [
      ...kernelFlags(toolchain, libc, arch, { generated: scratch }),
      `-I${root}/components/api/include`,
    ]
    const sources = ['string', 'rt', 'malloc'].flatMap((name) => {
      const folder = `${root}/components/libc/${name}/src`
      return (host.list(folder) ?? [])
        .filter((file) => file.endsWith('.c'))
        .map((file) => `${folder}/${file}`)
    })
    components = `${scratch}/components.a`
    const objects = await Promise.all(sources.map((source) => compile(source, flags)))
    await run(toolchain.ar.program, [...toolchain.ar.args, 'rcs', components, ...objects])
  })
  afterAll(() => rmSync(scratch, { recursive: true, force: true }))

  const start = ['az_arch_set_thread_pointer', 'az_sys_exit_group']

  test.each([
    ['does nothing', 'int main(void) { return 0; }', []],
    ['writes', '#include <unistd.h>\nint main(void) { return write(1, "x", 1) != 1; }', ['az_sys_write']],
    [
      'puts',
      '#include <stdio.h>\nint main(void) { return puts("x") < 0; }',
      ['az_sys_ioctl', 'az_sys_writev'],
    ],
    [
      'prints numbers',
      '#include <stdio.h>\nint main(void) { printf("%d %f %lld\\n", 1, 2.5, 3LL); return 0; }',
      ['az_sys_ioctl', 'az_sys_writev'],
    ],
    [
      'prints and closes',
      '#include <stdio.h>\nint main(void) { return fclose(stdout); }',
      [
        'az_app_pages_alloc',
        'az_app_pages_free',
        'az_panic',
        'az_sys_close',
        'az_sys_ioctl',
        'az_sys_writev',
      ],
    ],
    [
      'aborts and allocates',
      '#include <stdlib.h>\nint main(int n, char **v) { if (n > 1) abort(); *v = malloc(n); return 0; }',
      ['az_app_pages_alloc', 'az_app_pages_free'],
    ],
    [
      'has thread-local variables',
      '_Thread_local int x = 3; int main(int n, char **v) { (void)v; return x += n; }',
      [],
    ],
    [
      'asks for the time by number',
      '#include <sys/syscall.h>\n#include <unistd.h>\n#include <time.h>\n' +
        'int main(void) { struct timespec t; return (int)syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &t); }',
      ['az_sys_clock_gettime'],
    ],
    [
      'makes a call of an unknown number',
      '#include <sys/syscall.h>\n#include <unistd.h>\nint main(int n, char **v) { (void)v; return (int)syscall(n); }',
      ['az_sys_dynamic'],
    ],
    [
      'reads times of files',
      '#include <sys/stat.h>\nint main(void) { struct stat s; return fstat(0, &s) + (int)s.st_mtime; }',
      ['az_sys_fcntl', 'az_sys_fstat', 'az_sys_lstat', 'az_sys_newfstatat', 'az_sys_stat'],
    ],
    [
      'serves',
      '#include <sys/epoll.h>\n#include <sys/socket.h>\n#include <signal.h>\n#include <unistd.h>\n' +
        'int main(void) { int s = socket(2, SOCK_STREAM, 0), one = 1; setsockopt(s, 1, 2, &one, 4); bind(s, 0, 0);' +
        'listen(s, 5); int e = epoll_create1(0); struct epoll_event v; epoll_ctl(e, 1, s, &v); epoll_wait(e, &v, 1, -1);' +
        'int c = accept4(s, 0, 0, SOCK_NONBLOCK); recv(c, &v, 1, 0); send(c, &v, 1, 0); return close(c); }',
      'accept4 bind close epoll_create1 epoll_ctl epoll_pwait listen recvfrom sendto setsockopt socket'
        .split(' ')
        .map((name) => `az_sys_${name}`),
    ],
  ])('a program that %s demands no more than it needs', async (_what, body, expected) => {
    expect(await demands(body)).toEqual([...start, ...expected].sort())
  })

  test('has no call of a number it does not know, but in syscall()', () => {
    const callers = must(findDynamicCallers(host.readBytes(archive)!, 'libc.a'))
    expect(callers).toEqual(['misc_syscall.o'])
  })

  test('has no instruction that enters a kernel', async () => {
    const whole = `${scratch}/whole.elf`
    await run(toolchain.ld.program, [
      ...toolchain.ld.args,
      ...linkFlags(arch).filter((flag) => flag !== '--gc-sections'),
      ...[
        '--noinhibit-exec',
        '--unresolved-symbols=ignore-all',
        '-e',
        'exit',
        '--whole-archive',
        archive,
        '-o',
        whole,
      ],
    ])
    const image = must(readImage(host.readBytes(whole)!, whole))
    expect(findKernelEntries(image)).toEqual([])
  })
})
