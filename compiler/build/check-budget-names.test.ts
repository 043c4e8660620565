import { expect, test } from 'vitest'
import { checkBudgetNames } from './check-budget-names.ts'

const component = (name: string) => ({
  manifest: { name, title: name, status: 'stable' as const },
  folder: `/components/${name}`,
})
const registry = { components: [component('core'), component('net/tcp')], inputs: [] }
const table = { syscalls: [{ name: 'writev' }, { name: 'read' }] as never }
const check = (budget: object) =>
  checkBudgetNames({ i386: budget }, registry, table, 'app/shog.config.ts').map(({ message, hint }) => [
    message,
    hint,
  ])

test('names that are known pass, in the image or not', () => {
  const componentBytes = { app: 1, libc: 1, shared: 1, generated: 1, headers: 1, padding: 1, 'net/tcp': 1 }
  expect(check({ componentBytes, components: ['core', 'net/tcp'], syscalls: ['read'] })).toEqual([])
  expect(check({})).toEqual([])
})

test('names that nothing has are refused with the nearest', () => {
  expect(check({ componentBytes: { 'net/tpc': 1, appp: 1 } })).toEqual([
    ['Field "budget.i386.componentBytes": there is no owner of bytes "net/tpc"', 'did you mean "net/tcp"?'],
    ['Field "budget.i386.componentBytes": there is no owner of bytes "appp"', 'did you mean "app"?'],
  ])
  expect(check({ components: ['app'], syscalls: ['writew'] })).toEqual([
    ['Field "budget.i386.components": there is no component "app"', undefined],
    ['Field "budget.i386.syscalls": there is no system call "writew"', 'did you mean "writev"?'],
  ])
})
