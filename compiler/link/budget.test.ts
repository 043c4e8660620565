import { expect, test } from 'vitest'
import { checkBudget } from './budget.ts'

const actual = { imageBytes: 24_100, bootInstructions: 9_000, syscalls: ['exit_group', 'write'] }

test('limits that hold are checks that pass; limits that are not set are no checks', () => {
  expect(checkBudget({ imageBytes: 24_100, syscalls: ['write', 'exit_group', 'read'] }, actual)).toEqual({
    checks: [
      { name: 'imageBytes', limit: 24_100, actual: 24_100, ok: true },
      { name: 'syscalls', limit: ['write', 'exit_group', 'read'], actual: ['exit_group', 'write'], ok: true },
    ],
    problems: [],
  })
  expect(checkBudget({}, actual)).toEqual({ checks: [], problems: [] })
})

test('an image over its budget says by how much and what grew', () => {
  const growth = [
    { owner: 'libc', symbol: 'printf_core', before: 5_000, after: 5_700 },
    { owner: 'app', symbol: 'main', before: 0, after: 30 },
    { owner: 'app', symbol: 'gone', before: 80, after: 0 },
  ]
  const { checks, problems } = checkBudget({ imageBytes: 24_000 }, actual, growth)
  expect(checks).toEqual([{ name: 'imageBytes', limit: 24_000, actual: 24_100, ok: false }])
  expect(problems).toEqual([
    {
      code: 'link/over-budget',
      severity: 'error',
      message: 'imageBytes is 24100, 100 over the budget of 24000',
      because: ['libc: printf_core 5000 to 5700 bytes (+700)', 'app: main new, 30 bytes'],
      hint: '`azbuild size` shows every byte; raise `budget` in shog.config.ts when the growth is wanted',
    },
  ])
})

test('a system call outside the list fails by name', () => {
  const { checks, problems } = checkBudget({ syscalls: ['write'] }, actual)
  expect(checks.map((one) => one.ok)).toEqual([false])
  expect(problems.map((one) => one.message)).toEqual([
    'The image uses a system call outside its budget: exit_group',
  ])
})

test('a figure that could not be measured fails', () => {
  const { checks, problems } = checkBudget(
    { bootInstructions: 10_000 },
    { ...actual, bootInstructions: undefined },
  )
  expect(checks).toEqual([{ name: 'bootInstructions', limit: 10_000, actual: null, ok: false }])
  expect(problems.map((one) => [one.code, one.cause])).toEqual([['link/unmeasured-budget', 'machine']])
})
