import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

export const root = fileURLToPath(new URL('../../', import.meta.url))

/** A command that serves: what it has printed on stderr, where it serves, and its end. */
export interface Serving {
  readonly process: ChildProcess
  /** `http://127.0.0.1:PORT/`, as it was printed. */
  readonly url: string
  /** Ends it as Ctrl-C at a terminal does, and gives its exit status; a death by a signal is 128 and its number, as in a shell. */
  interrupt(): Promise<number>
}

/**
 * Starts a command in a process group of its own and waits for the address that it prints. Throws with all it said when it ends
 * before. Killed when the test ends, if it has not ended by then.
 */
export async function serve(
  command: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Serving> {
  const child = spawn(command[0]!, command.slice(1), {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const ended = once(child, 'close')
  const signal = (name: NodeJS.Signals): void => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, name)
  }
  onTestFinished(() => signal('SIGKILL'))
  let said = ''
  const url = await new Promise<string>((resolve, reject) => {
    const listen = (text: string): void => {
      said += text
      const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(said)
      if (address) resolve(address[0])
    }
    child.stdout.setEncoding('utf8').on('data', listen)
    child.stderr.setEncoding('utf8').on('data', listen)
    child.on('error', reject)
    child.on('close', (status) => reject(new Error(`${command.join(' ')} ended with ${status}:\n${said}`)))
  })
  return {
    process: child,
    url,
    interrupt: async () => {
      signal('SIGINT')
      const [status, by] = (await ended) as [number | null, NodeJS.Signals | null]
      return status ?? 128 + constants.signals[by!]
    },
  }
}

/** `azbuild run` of this checkout. */
export const serveApp = (app: string, args: readonly string[]): Promise<Serving> =>
  serve([process.execPath, 'bin/azbuild.mjs', 'run', app, ...args], root)

/** A TCP port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Builds an app of this checkout, or throws with what was said. */
export function buildApp(app: string, arch: string): void {
  const args = ['bin/azbuild.mjs', 'image', app, '--arch', arch]
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`azbuild image ${app} --arch ${arch} ended with ${status}:\n${stderr}`)
}
