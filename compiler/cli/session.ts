import { nodeHost, type Host } from '../host/index.ts'
import type { Diagnostic, Result } from '../diag/index.ts'
import type { BuildEvent } from '../build/index.ts'
import { exitCodeOf } from './exit-codes.ts'
import { openProgress } from './progress.ts'
import { renderDiagnostic } from './render-diagnostic.ts'

/** Options every command takes. */
export interface CommonOptions {
  readonly json?: boolean
  readonly verbose?: boolean
}

/** One invocation: where output goes, and what it has said. Only the command's result goes to stdout. */
export interface Session {
  readonly host: Host
  readonly json: boolean
  readonly verbose: boolean
  /** A line for the user, on stderr. */
  note(text: string): void
  /** The command's result: text, or with --json the document. */
  result(text: string, document: unknown): void
  /** Prints problems and returns the exit status they mean. With --json they are the document. */
  problems(problems: readonly Diagnostic[]): number
  warnings(problems: readonly Diagnostic[]): void
  onBuildEvent(event: BuildEvent): void
  /** Ends the progress line. */
  quiet(): void
}

export function openSession(options: CommonOptions): Session {
  const json = options.json ?? false
  const verbose = options.verbose ?? false
  const progress = openProgress()
  const note = (text: string): void => {
    progress.clear()
    process.stderr.write(`${text}\n`)
  }
  const say = (problems: readonly Diagnostic[]): void => {
    progress.clear()
    for (const problem of problems) process.stderr.write(renderDiagnostic(problem))
  }
  return {
    host: nodeHost(),
    json,
    verbose,
    note,
    result: (text, document) => {
      progress.clear()
      process.stdout.write(json ? `${JSON.stringify(document, null, 2)}\n` : text)
    },
    problems: (problems) => {
      say(problems)
      if (json) process.stdout.write(`${JSON.stringify({ problems }, null, 2)}\n`)
      return exitCodeOf(problems)
    },
    warnings: say,
    onBuildEvent: (event) => {
      switch (event.kind) {
        case 'command':
          if (verbose) note(event.line)
          return
        case 'warning':
          say([event.problem])
          return
        case 'step':
          if (!verbose) progress.show(event)
      }
    },
    quiet: () => progress.clear(),
  }
}

/** The value of a result, its warnings said; or the exit status of its problems. */
export function take<T>(
  session: Session,
  result: Result<T>,
): { readonly value: T } | { readonly status: number } {
  if (!result.ok) return { status: session.problems(result.problems) }
  session.warnings(result.warnings)
  return { value: result.value }
}
