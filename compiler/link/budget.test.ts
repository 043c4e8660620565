import { expect, test } from 'vitest'
import { errorOf } from '../diag/index.ts'
import { checkBudget, figuresToCount, type BudgetActual } from './budget.ts'

const present = (...names: string[]) => names.map((name) => ({ name, because: [`main.c:3 calls ${name}()`] }))
const sizes = { libc: { printf_core: 5_700, memchr: 40 }, app: { main: 30 }, padding: { padding: 17 } }
const actual: BudgetActual = {
  imageBytes: 24_100,
  bootInstructions: 9_000,
  sizes,
  syscalls: present('exit_group', 'write'),
  components: present('core', 'posix/stdio'),
}
const smaller = { from: 'bench.json (6c89c59)', sizes: { ...sizes, libc: { printf_core: 5_000, gone: 80 } } }

test('limits that hold are checks that pass; limits that are not set are no checks', () => {
  const budget = {
    imageBytes: 24_100,
    componentBytes: { libc: 5_740, 'net/tcp': 0, app: 30 },
    bootInstructions: 9_000,
    syscalls: ['write', 'exit_group', 'read'],
    components: ['core', 'posix/stdio'],
  }
  expect(checkBudget(budget, actual)).toEqual({
    checks: [
      { name: 'imageBytes', limit: 24_100, actual: 24_100, ok: true },
      { name: 'componentBytes:app', limit: 30, actual: 30, ok: true },
      { name: 'componentBytes:libc', limit: 5_740, actual: 5_740, ok: true },
      { name: 'componentBytes:net/tcp', limit: 0, actual: 0, ok: true },
      { name: 'bootInstructions', limit: 9_000, actual: 9_000, ok: true },
      { name: 'syscalls', limit: ['write', 'exit_group', 'read'], actual: ['exit_group', 'write'], ok: true },
      {
        name: 'components',
        limit: ['core', 'posix/stdio'],
        actual: ['core', 'posix/stdio'],
        ok: true,
      },
    ],
    problems: [],
    growth: [],
  })
  expect(checkBudget({}, actual)).toEqual({ checks: [], problems: [], growth: [] })
})

test('only figures with a limit are counted', () => {
  expect(figuresToCount({ imageBytes: 1, syscalls: [] })).toEqual([])
  expect(figuresToCount({ leastMemoryBytes: 1, requestInstructions: 1 })).toEqual([
    'requestInstructions',
    'leastMemoryBytes',
  ])
})

test('an image over its budget says by how much and what grew, against what is saved before what passed', () => {
  const passed = { from: 'the last build that passed', sizes: {} }
  const { checks, problems, since } = checkBudget({ imageBytes: 24_000 }, actual, { saved: smaller, passed })
  expect(checks).toEqual([{ name: 'imageBytes', limit: 24_000, actual: 24_100, ok: false }])
  expect(since).toBe('bench.json (6c89c59)')
  expect(problems).toEqual([
    {
      code: 'link/over-budget',
      severity: 'error',
      message: 'imageBytes is 24100, 100 over the budget of 24000; since bench.json (6c89c59) these grew',
      because: ['libc: printf_core 5000 to 5700 bytes (+700)', 'libc: memchr new, 40 bytes'],
      hint: '`azbuild size --symbols 10` shows more; raise `budget` in shog.config.ts when the growth is wanted',
    },
  ])
  const [last] = checkBudget({ imageBytes: 24_000 }, actual, { passed }).problems
  expect(last!.message).toContain('; since the last build that passed these grew')
  const [alone] = checkBudget({ imageBytes: 24_000 }, actual).problems
  expect(alone).toMatchObject({
    message: 'imageBytes is 24100, 100 over the budget of 24000',
    hint: expect.stringContaining('`azbuild bench --save`'),
  })
})

test("an owner's bytes fail with what grew of it alone", () => {
  const saved = { from: 'bench.json', sizes: { ...smaller.sizes, app: { main: 10 } } }
  const { checks, problems } = checkBudget({ componentBytes: { app: 29, libc: 9_000 } }, actual, { saved })
  expect(checks.map(({ name, ok }) => [name, ok])).toEqual([
    ['componentBytes:app', false],
    ['componentBytes:libc', true],
  ])
  expect(problems.map((one) => one.because)).toEqual([['app: main 10 to 30 bytes (+20)']])
})

test('growth since the baseline is held in bytes and percent, and padding is no growth', () => {
  const budget = { growthBytes: 600, growthPercent: 10 }
  const padded = { from: 'bench.json', sizes: { ...smaller.sizes, padding: { padding: 4_000 } } }
  const { checks, problems } = checkBudget(budget, actual, { saved: padded })
  expect(checks).toEqual([
    { name: 'growthBytes', limit: 600, actual: 660, ok: false },
    { name: 'growthPercent', limit: 10, actual: 12.92, ok: false },
  ])
  expect(problems.map((one) => one.message)).toEqual([
    'growthBytes is 660, 60 over the budget of 600; since bench.json these grew',
    'growthPercent is 12.92, 2.92 over the budget of 10; since bench.json these grew',
  ])
  expect(checkBudget({ growthBytes: 660, growthPercent: 13 }, actual, { saved: padded }).problems).toEqual([])
  const shrunk = { from: 'bench.json', sizes: { app: { main: 9_000 } } }
  expect(checkBudget({ growthBytes: 0, growthPercent: 0 }, actual, { saved: shrunk }).problems).toEqual([])
})

test('a limit on growth without a baseline fails, even where a build has passed here', () => {
  const { checks, problems } = checkBudget({ growthBytes: 0 }, actual, { passed: smaller })
  expect(checks).toEqual([{ name: 'growthBytes', limit: 0, actual: null, ok: false }])
  expect(problems.map((one) => one.code)).toEqual(['link/no-baseline'])
})

test('a system call or component outside the list fails by name, with why it is there', () => {
  const { checks, problems } = checkBudget({ syscalls: ['write'], components: [] }, actual)
  expect(checks.map((one) => one.ok)).toEqual([false, false])
  expect(problems.map((one) => [one.message, one.because])).toEqual([
    ['The image uses a system call outside its budget: exit_group', ['main.c:3 calls exit_group()']],
    ['The image uses components outside its budget: core, posix/stdio', ['main.c:3 calls core()']],
  ])
})

test('a figure that could not be measured fails, with why it could not', () => {
  const { bootInstructions: _, ...rest } = actual
  const { checks, problems } = checkBudget({ bootInstructions: 10_000 }, rest)
  expect(checks).toEqual([{ name: 'bootInstructions', limit: 10_000, actual: null, ok: false }])
  expect(problems.map((one) => [one.code, one.cause])).toEqual([['link/unmeasured-budget', 'machine']])
  const why = errorOf('bench/serves-nothing', 'hello serves no HTTP', { hint: 'serve some' })
  const told = checkBudget({ bootInstructions: 10_000 }, { ...rest, unmeasured: { bootInstructions: why } })
  expect(told.problems).toMatchObject([
    { cause: 'input', because: ['hello serves no HTTP'], hint: 'serve some' },
  ])
})
