import { expect, test } from 'vitest'
import { parseSyscallTable } from './syscall-table.ts'
import { renderSyscallTrace } from './syscall-trace.ts'

const table = parseSyscallTable(
  't.tbl',
  [
    'truncate 76 193 - const char *path, int64_t length',
    'getpid 39 20 - void',
    '_llseek - 140 - int fd',
  ].join('\n'),
)
const rendered = (arch: 'x86_64' | 'i386', ...names: readonly string[]): readonly string[] =>
  table.ok ? renderSyscallTrace(table.value, arch, new Set(names)).split('\n').slice(3, -1) : []

test('a function in front of each call notes every machine word of its arguments', () => {
  expect(rendered('i386', 'truncate')).toEqual([
    '',
    '__typeof__(az_sys_truncate) __real_az_sys_truncate, __wrap_az_sys_truncate;',
    'long __wrap_az_sys_truncate(const char *path, int64_t length)',
    '{',
    '    const long az_words[] = {(long)path, (long)length, (long)((uint64_t)length >> 32)};',
    '    const uint32_t az_number = az_trace_enter("truncate", 3, az_words);',
    '    return az_trace_leave(az_number, __real_az_sys_truncate(path, length));',
    '}',
  ])
  expect(rendered('x86_64', 'truncate')).toContain('    const long az_words[] = {(long)path, (long)length};')
  expect(rendered('x86_64', 'getpid')).toContain('long __wrap_az_sys_getpid(void)')
})

test('only calls that are named, and that the flavour has', () => {
  expect(rendered('x86_64', '_llseek')).toEqual([])
  expect(rendered('i386', '_llseek')).toHaveLength(8)
})
