import { expect, test } from 'vitest'
import { systemProblem } from './diagnostics.ts'

const failed = (code: string, syscall: string, path?: string) =>
  systemProblem(Object.assign(new Error(code), { code, syscall, ...(path === undefined ? {} : { path }) }))

test.each([
  ['ENOSPC', 'write', 'host/disk-full'],
  ['EROFS', 'open', 'host/cannot-write'],
  ['ENOENT', 'mkdir', 'host/cannot-write'],
  ['ENOTDIR', 'mkdir', 'host/in-the-way'],
  ['EISDIR', 'open', 'host/in-the-way'],
  ['EMFILE', 'open', 'host/system-error'],
  ['EIO', 'read', 'host/system-error'],
])('%s of %s is %s', (code, syscall, expected) => {
  expect(failed(code, syscall, '/x')).toMatchObject({ code: expected, span: { file: '/x' } })
})

test('an error that is not of the system is no diagnostic', () => {
  expect(systemProblem(new TypeError('x'))).toBeUndefined()
})
