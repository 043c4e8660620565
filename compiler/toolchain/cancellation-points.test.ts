import { expect, test } from 'vitest'
import { renderCancellationNames, renderCancellationPoints } from './cancellation-points.ts'
import { parseSyscallTable } from './syscall-table.ts'

const text = [
  'read 0 3 cp int fd, void *buf, size_t count',
  'close 3 6 cp int fd',
  'getpid 39 20 - void',
].join('\n')
const parsed = parseSyscallTable('t.tbl', text)
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
const table = parsed.value

test('without cancellation a point is another name of its call', () => {
  const names = new Set(['read', 'getpid'])
  expect(renderCancellationNames(table, 'i386', names, (name) => `az_sys_${name}`)).toBe(
    'PROVIDE(az_cp_read = az_sys_read);\n',
  )
})

test('with it a point is a function around the call; one that closes is over when it waits', () => {
  const points = renderCancellationPoints(table, 'x86_64', new Set(['read', 'close', 'getpid']))
  expect(points.split('\n').slice(6)).toEqual([
    '',
    'long az_cp_read(int fd, void *buf, size_t count);',
    'long az_cp_read(int fd, void *buf, size_t count)',
    '{',
    '    int outer = az_cancel_begin(0);',
    '    return outer < 0 ? outer : az_cancel_end(outer, az_sys_read(fd, buf, count));',
    '}',
    '',
    'long az_cp_close(int fd);',
    'long az_cp_close(int fd)',
    '{',
    '    int outer = az_cancel_begin(1);',
    '    return outer < 0 ? outer : az_cancel_end(outer, az_sys_close(fd));',
    '}',
    '',
  ])
})
