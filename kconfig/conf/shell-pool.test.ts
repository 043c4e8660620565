import { expect, it } from 'vitest'
import { ShellPool } from './shell-pool.ts'

it('returns what each command prints, whatever stands in it', () => {
  const pool = new ShellPool()
  const commands = [
    `printf '%s' "it's"`,
    'echo a; exit 3',
    'false',
    'printf "x\\ny\\n"',
    'cat </dev/null; echo "$((1 + 1))"',
    "printf '\\351'",
    'echo "\xc3\xa9" | od -An -tx1 | tr -d " \\n"',
  ]
  const waits = commands.map((command) => pool.start(command))
  expect(waits.map((wait) => wait())).toEqual(["it's", 'a\n', '', 'x\ny\n', '2\n', '\xe9', 'c3a90a'])
  expect(waits[0]?.()).toBe("it's")
})

it('runs commands of the same tree while others wait', () => {
  const pool = new ShellPool()
  const slow = pool.start('sleep 0.3; echo slow')
  const fast = pool.start('echo fast')
  expect(fast()).toBe('fast\n')
  expect(slow()).toBe('slow\n')
})

it('goes on when a command kills the shell it runs in, and takes outputs and commands of any size', () => {
  const pool = new ShellPool()
  const commands = [
    'echo before; kill -9 $PPID; sleep 0.05',
    ...Array.from({ length: 40 }, (_, i) => `echo ${i}`),
    'head -c 300000 /dev/zero | tr "\\0" x',
    `echo ${'y'.repeat(100_000)} | wc -c`,
    'if (',
  ]
  const outputs = commands.map((command) => pool.start(command)).map((wait) => wait())
  expect(outputs.slice(1)).toEqual([
    ...Array.from({ length: 40 }, (_, i) => `${i}\n`),
    'x'.repeat(300_000),
    '100001\n',
    '',
  ])
  expect(['before\n', '']).toContain(outputs[0])
})
