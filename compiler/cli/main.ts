import { Command, CommanderError } from 'commander'
import type { Diagnostic } from '../diag/index.ts'
import { nodeHost, systemProblem } from '../host/index.ts'
import { azbuildVersion } from '../build/index.ts'
import { bugReport } from './bug-report.ts'
import { commands } from './commands/index.ts'
import { foundBug, wrongUsage } from './diagnostics.ts'
import { exitCodeOf, exitCodes } from './exit-codes.ts'
import { renderDiagnostic } from './render-diagnostic.ts'

/** Runs the command line and returns the exit status. Nothing is thrown: a bug of ours says how to report it. */
export async function main(argv: readonly string[]): Promise<number> {
  let version = 'of unknown version'
  const json = asksForJson(argv)
  const end = (error: unknown): number => {
    const problem = systemProblem(error)
    if (problem) {
      process.stderr.write(renderDiagnostic(problem))
      if (json) printProblem(problem)
      return exitCodeOf([problem])
    }
    process.stderr.write(bugReport(error, version, argv.slice(2)))
    if (json) printProblem(foundBug(error instanceof Error ? error.message : String(error)))
    return exitCodes.bug
  }
  // What is thrown in a callback reaches nobody else.
  process.once('uncaughtException', (error) => process.exit(end(error)))
  try {
    version = azbuildVersion(nodeHost())
    return await runCommand(argv, version)
  } catch (error) {
    if (!(error instanceof CommanderError)) return end(error)
    if (error.exitCode === 0) return exitCodes.ok
    if (json) printProblem(wrongUsage(error.message.replace(/^error: /, '')))
    return exitCodes.usage
  }
}

async function runCommand(argv: readonly string[], version: string): Promise<number> {
  let status: number = exitCodes.ok
  const program = new Command('azbuild')
    .description(
      'Turns an ordinary program into a unikernel: one bootable image that is the program and the least kernel it needs.',
    )
    .version(version)
    .exitOverride()
    .showHelpAfterError('(azbuild --help shows what there is)')
    .enablePositionalOptions()
  for (const register of commands) register(program, (outcome) => (status = outcome))
  program.addHelpText(
    'after',
    `
Start here:
  azbuild new app hello       a folder with a main.c
  azbuild run hello           builds it and boots it in the embedded emulator
  azbuild why socket hello    the line of the app that needs it
  azbuild explain CODE        what an error[CODE] means and how to mend it

Exit status: 0 done, 1 your input, 2 usage, 3 something missing on this machine, 70 a bug of azbuild,
  124 timeout; run exits with the guest's own status.`,
  )
  for (const command of program.commands) overrideExit(command)
  await program.parseAsync([...argv])
  return status
}

function overrideExit(command: Command): void {
  command.exitOverride()
  command.commands.forEach(overrideExit)
}

/** Asked of the arguments themselves: a command line that cannot be parsed may ask for JSON as well. */
function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  return (end < 0 ? argv : argv.slice(0, end)).includes('--json')
}

function printProblem(problem: Diagnostic): void {
  process.stdout.write(`${JSON.stringify({ problems: [problem] }, null, 2)}\n`)
}
