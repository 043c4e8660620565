import { errorOf, type Diagnostic } from '../diag/index.ts'
import type { PanicStack } from './symbolize-file.ts'

export const wrongUsage = (what: string): Diagnostic =>
  errorOf('cli/wrong-usage', what, { hint: 'azbuild --help shows what there is' })

export const foundBug = (what: string): Diagnostic =>
  errorOf('cli/bug', `This is a bug of azbuild, not of your input: ${what}`, {
    hint: 'report it with what stands on stderr',
  })

export const noSuchCode = (code: string, near: string | undefined): Diagnostic =>
  errorOf('cli/no-such-code', `No message of azbuild has the code ${code}`, {
    hint: near ? `did you mean ${near}?` : 'azbuild explain lists them all',
  })

export const v86HasNoLongMode = (): Diagnostic =>
  errorOf('cli/v86-is-32-bit', 'v86 emulates a 32-bit processor; it cannot run x86_64', {
    hint: '--arch i386 runs on v86, --runner qemu runs x86_64',
  })

export const wireIsOurs = (): Diagnostic =>
  errorOf('cli/wire-needs-own-network', "--wire is for azbuild's network: QEMU's own carries every frame", {
    hint: 'leave --network out',
  })

export const v86HasNoUserNetwork = (): Diagnostic =>
  errorOf(
    'cli/v86-has-one-network',
    'v86 has no user network of its own: --network qemu is for the runner QEMU',
    {
      hint: 'leave --network out, or add --runner qemu',
    },
  )

export const badSetting = (text: string): Diagnostic =>
  errorOf('cli/bad-setting', `"${text}" is no NAME=VALUE`, { hint: '--env GREETING=hello' })

export const guestFault = (name: string, reason: string): Diagnostic =>
  errorOf('cli/guest-fault', `${name} stopped without a word: ${reason}`, {
    hint: 'docs/guides/debug-an-image.md says how to look inside',
  })

export const guestPanic = (
  name: string,
  { frames, owner }: PanicStack,
  words: readonly string[],
): Diagnostic =>
  errorOf('cli/guest-panic', `${name} panicked${owner === undefined ? '' : ` in ${owner}`}`, {
    because: frames.map((frame) => `at ${frame}`),
    hint: `to see it again: ${['azbuild', ...words].map(shellWord).join(' ')}`,
  })

/** A word as a shell takes it back. */
const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

export const badAddress = (text: string): Diagnostic =>
  errorOf('cli/bad-address', `"${text}" is no address`, { hint: 'azbuild symbolize 0xffffffff80101234' })

export const noSuchFile = (file: string): Diagnostic =>
  errorOf('cli/no-such-file', `There is no file ${file}`, {
    hint: 'azbuild image --json prints where it is, as "symbols"',
  })

export const noSuchSymbol = (name: string, near: string | undefined): Diagnostic =>
  errorOf('cli/no-such-symbol', `There is no configuration symbol ${name}`, {
    hint: near ? `did you mean ${near}?` : 'azbuild menuconfig shows them all',
  })

export const valueRefused = (
  name: string,
  value: string,
  because: readonly string[],
  first: readonly string[],
): Diagnostic =>
  errorOf('cli/value-refused', `${name} cannot be ${value === '' ? 'empty' : value} here`, {
    because,
    ...(first.length > 0 ? { hint: `azbuild config set ${first.join(' ')}` } : {}),
  })

export const badName = (name: string, expected: string): Diagnostic =>
  errorOf('cli/bad-name', `"${name}" is no name azbuild can use`, { hint: `expected ${expected}` })

export const folderTaken = (folder: string): Diagnostic =>
  errorOf('cli/folder-taken', `There is something in ${folder} already`, {
    hint: 'choose another name; nothing was written',
  })

export const noBudget = (name: string, arch: string): Diagnostic =>
  errorOf('cli/no-budget', `${name} has no budget for ${arch}, so there is nothing to check`, {
    hint: `write one into its shog.config.ts: budget: { ${arch}: { imageBytes: 98304 } }; azbuild bench tells the figures`,
  })

export const noTerminal = (): Diagnostic =>
  errorOf('cli/no-terminal', 'menuconfig needs a terminal', {
    hint: 'azbuild config get|set|save does the same without one',
  })
