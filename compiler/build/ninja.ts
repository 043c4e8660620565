import { fail, ok, type Result } from '../diag/index.ts'
import { diskFull, type Host } from '../host/index.ts'
import { compileFailed, linkFailed } from './diagnostics.ts'
import type { Context } from './context.ts'
import type { BuildEvent } from './request.ts'
import type { Tools } from './tools.ts'

export interface NinjaRequest {
  readonly ninja: string
  /** ninja's file, relative to `workspace`, where it runs. */
  readonly file: string
  readonly workspace: string
  readonly jobs?: number | undefined
  readonly env: Readonly<Record<string, string>>
  readonly step: string
  readonly onEvent: (event: BuildEvent) => void
}

/** Requests for one image: what differs is the file and what the step is called. */
export function ninjaRequest(
  { app }: Context,
  { ninja, toolchain }: Tools,
  jobs: number | undefined,
  onEvent: (event: BuildEvent) => void,
): (file: string, step: string) => NinjaRequest {
  return (file, step) => ({ ninja, file, workspace: app.workspace, jobs, env: toolchain.env, step, onEvent })
}

/** Runs ninja; whether anything was out of date. A failing command's output becomes the diagnostic's. */
export async function runNinja(host: Host, request: NinjaRequest): Promise<Result<boolean>> {
  const { step, onEvent } = request
  let pending = ''
  let worked = false
  const args = ['-f', request.file, '-v', ...(request.jobs ? ['-j', String(request.jobs)] : [])]
  const result = await host.run(request.ninja, args, {
    cwd: request.workspace,
    env: { ...request.env, NINJA_STATUS: '[%f/%t] ' },
    onOutput: (text) => {
      const lines = (pending + text).split('\n')
      pending = lines.pop()!
      for (const line of lines) {
        const match = /^\[(\d+)\/(\d+)\] (.*)$/.exec(line)
        if (!match) continue
        worked = true
        onEvent({ kind: 'step', text: step, done: Number(match[1]), total: Number(match[2]) })
        onEvent({ kind: 'command', line: match[3]! })
      }
    },
  })
  return result.status === 0 ? ok(worked) : failure(result.stdout + result.stderr)
}

function failure(output: string): Result<never> {
  if (/No space left on device|Disk quota exceeded/.test(output)) return fail(diskFull())
  const blocks = output.split(/^FAILED: /m).slice(1)
  if (blocks.length === 0) return fail(linkFailed(output.trim(), 'ninja'))
  return fail(
    ...blocks.map((block) => {
      const [, command = '', ...rest] = block.split('\n')
      const text = rest
        .filter((line) => !/^(\[\d+\/\d+\] |ninja: )/.test(line))
        .join('\n')
        .trim()
      return / -c /.test(command) ? compileFailed(text, command) : linkFailed(text, command)
    }),
  )
}

/** Every file that compilations read, from ninja's log of dependencies: paths relative to the workspace. */
export async function ninjaDependencies(host: Host, request: NinjaRequest): Promise<readonly string[]> {
  const result = await host.run(request.ninja, ['-f', request.file, '-t', 'deps'], { cwd: request.workspace })
  return result.stdout
    .split('\n')
    .filter((line) => line.startsWith('    '))
    .map((line) => line.trim())
}
