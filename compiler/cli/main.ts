import { Command, CommanderError } from 'commander'
import { InvariantError } from '../diag/index.ts'
import { nodeHost, systemProblem } from '../host/index.ts'
import { azbuildVersion } from '../build/index.ts'
import { commands } from './commands/index.ts'
import { exitCodeOf, exitCodes } from './exit-codes.ts'
import { renderDiagnostic } from './render-diagnostic.ts'

/** Runs the command line and returns the exit status. Nothing is thrown: a bug of ours says how to report it. */
export async function main(argv: readonly string[]): Promise<number> {
  const version = azbuildVersion(nodeHost())
  let status: number = exitCodes.ok
  const program = new Command('azbuild')
    .description('Turns an ordinary program into a unikernel: one bootable image that is the program and the least kernel it needs.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(azbuild --help shows what there is)')
    .enablePositionalOptions()
  for (const register of commands) register(program, (outcome) => (status = outcome))
  for (const command of program.commands) command.exitOverride()
  program.addHelpText(
    'after',
    `
Start here:
  azbuild new app hello       a folder with a main.c
  azbuild run hello           builds it and boots it in the embedded emulator
  azbuild why socket hello    the line of the app that needs it

Exit status: 0 done, 1 your input, 2 usage, 3 something missing on this machine, 70 a bug of azbuild,
  124 timeout; run exits with the guest's own status.`,
  )
  try {
    await program.parseAsync([...argv])
    return status
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    const problem = systemProblem(error)
    if (problem) {
      process.stderr.write(renderDiagnostic(problem))
      return exitCodeOf([problem])
    }
    process.stderr.write(bugReport(error, version, argv.slice(2)))
    return exitCodes.bug
  }
}

function bugReport(error: unknown, version: string, args: readonly string[]): string {
  const what = error instanceof Error ? error.message : String(error)
  const stack = error instanceof Error ? (error.stack ?? '').split('\n').slice(1).join('\n') : ''
  const kind = error instanceof InvariantError ? 'broken invariant' : 'unexpected error'
  return [
    `This is a bug of azbuild, not of your input (${kind}): ${what}`,
    `Please report it with these lines: azbuild ${version}, node ${process.version}, ${process.platform} ${process.arch}`,
    `  azbuild ${args.join(' ')}`,
    stack,
    '',
  ].join('\n')
}
