import { InvalidArgumentError, Option, type Command } from 'commander'
import { arches, type Arch } from '../../component/index.ts'
import type { CommonOptions } from '../session.ts'

/** Options of every command that builds. */
export interface BuildOptions extends CommonOptions {
  readonly arch?: Arch
  readonly config?: string
  readonly strict?: boolean
  readonly jobs?: number
}

export const appArgument =
  'the folder of an app, or an image of the workspace by name; the default image when absent'

export function withCommonOptions(command: Command): Command {
  return command
    .option('--json', 'print one JSON document on stdout, and nothing else there')
    .option('-v, --verbose', 'show every command that is run')
}

export function withBuildOptions(command: Command): Command {
  return withCommonOptions(command)
    .addOption(new Option('--arch <arch>', 'flavour to build').choices(arches))
    .option('--config <file>', 'another .config than the one beside the app')
    .option('--strict', 'an unknown symbol in .config is an error')
    .option('-j, --jobs <n>', 'how many compilers run at once', wholeNumber)
}

/** An option's value as a whole number above 0. */
export function wholeNumber(text: string): number {
  if (!/^[1-9][0-9]*$/.test(text)) throw new InvalidArgumentError('Expected a whole number above 0.')
  return Number(text)
}

/** An option's value as seconds above 0. */
export function seconds(text: string): number {
  const value = Number(text)
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('Expected seconds above 0.')
  return value
}

/** An option's value as percent, 0 or more. */
export function percent(text: string): number {
  if (!/^\d+(\.\d+)?%?$/.test(text)) throw new InvalidArgumentError('Expected a number of 0 or more.')
  return parseFloat(text)
}
