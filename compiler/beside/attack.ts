import { fail, ok, type Result } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import { loadFailed } from './diagnostics.ts'
import { compileForLinux } from './program.ts'
import type { AttackResult } from './vegeta.ts'

/** How the load client attacks. */
export interface Attack {
  readonly connections: number
  readonly durationMs: number
  /** Requests per second of an open loop; absent: a closed loop, as fast as answers come. */
  readonly rate?: number
  /** A connection for each request. */
  readonly newConnections?: boolean
  readonly timeoutMs?: number
}

/** Attacks 127.0.0.1:port and returns what the client found; a problem when the very first request fails. */
export type Attacker = (port: number, attack: Attack, side: string) => Promise<Result<AttackResult>>

/** The load client, compiled for this machine. */
export async function openAttacker(
  host: Host,
  program: string,
  onStep: (text: string) => void = () => {},
  signal?: AbortSignal,
): Promise<Result<Attacker>> {
  const client = await compileForLinux(
    host,
    { name: 'load', sources: [`${host.packageFolder}/bench/load/load.c`], flags: ['-O2'] },
    onStep,
  )
  if (!client.ok) return client
  return ok(async (port, attack, side) => {
    const ended = await host
      .run(client.value, attackArguments(port, attack), signal ? { signal } : {})
      .catch(() => undefined) // Ctrl-C
    if (ended?.status !== 0) return fail(loadFailed(side, program, ended?.stderr ?? ''))
    return ok(JSON.parse(ended.stdout) as AttackResult)
  })
}

function attackArguments(port: number, attack: Attack): readonly string[] {
  return [
    '127.0.0.1',
    String(port),
    ...['--connections', String(attack.connections)],
    ...['--duration-ms', String(attack.durationMs)],
    ...(attack.rate === undefined ? [] : ['--rate', String(attack.rate)]),
    ...(attack.timeoutMs === undefined ? [] : ['--timeout-ms', String(attack.timeoutMs)]),
    ...(attack.newConnections === true ? ['--new'] : []),
  ]
}
