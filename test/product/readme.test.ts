/** The README's two commands, taken from it. */
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root, serve } from '../support/serving.ts'
import { everythingInstalled } from '../support/tools.ts'

const commands = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/^npm ci && (.*)$/gm)].map(
  (match) => match[1]!,
)

/** A network namespace of its own has no network; where this user may not make one, the command runs without it. */
const canUnshare = spawnSync('unshare', ['-n', 'ip', 'link', 'set', 'lo', 'up']).status === 0
if (!canUnshare && everythingInstalled) throw new Error('this has to run as root, in a network namespace')

const offline = (command: string): readonly string[] =>
  canUnshare
    ? ['unshare', '-n', 'sh', '-c', `ip link set lo up && exec ${command}`]
    : ['sh', '-c', `exec ${command}`]

/** Fetches from inside of a process's network namespace. */
function fetchBeside(pid: number, url: string): { status: number; body: string } {
  const script = `fetch('${url}').then(async (r) => console.log(JSON.stringify({ status: r.status, body: await r.text() })))`
  const command = [process.execPath, '-e', script]
  const [program, ...args] = canUnshare ? ['nsenter', '-t', String(pid), '-n', ...command] : command
  return JSON.parse(execFileSync(program!, args, { encoding: 'utf8' })) as { status: number; body: string }
}

test('there are two', () => {
  expect(commands).toEqual([expect.stringMatching(/^npx azbuild run /), 'npm test'])
})

test(
  `the first serves${canUnshare ? ' without a network' : ''}, and Ctrl-C ends it`,
  { timeout: 300_000 },
  async () => {
    const serving = await serve(offline(commands[0]!), root)
    const { status, body } = fetchBeside(serving.process.pid!, serving.url)
    expect(status).toBe(200)
    expect(body).toContain('Hello, World!')
    expect(body).toHaveLength(48)
    expect(await serving.interrupt()).toBe(130)
  },
)
