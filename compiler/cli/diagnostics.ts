import { errorOf, type Diagnostic } from '../diag/index.ts'

export const v86HasNoLongMode = (): Diagnostic =>
  errorOf('cli/v86-is-32-bit', 'v86 emulates a 32-bit processor; it cannot run x86_64', {
    hint: '--arch i386 runs on v86, --runner qemu runs x86_64',
  })

export const badSetting = (text: string): Diagnostic =>
  errorOf('cli/bad-setting', `"${text}" is no NAME=VALUE`, { hint: '--env GREETING=hello' })

export const badNumber = (option: string, text: string): Diagnostic =>
  errorOf('cli/bad-number', `${option} takes a whole number above 0, not "${text}"`)

export const guestFault = (name: string, reason: string): Diagnostic =>
  errorOf('cli/guest-fault', `${name} stopped without a word: ${reason}`, {
    hint: 'docs/guides/debug-an-image.md says how to look inside',
  })

export const guestPanic = (name: string, frames: readonly string[]): Diagnostic =>
  errorOf('cli/guest-panic', `${name} panicked`, {
    because: frames.map((frame) => `at ${frame}`),
    hint: 'azbuild symbolize names further addresses',
  })

export const badAddress = (text: string): Diagnostic =>
  errorOf('cli/bad-address', `"${text}" is no address`, { hint: 'azbuild symbolize 0xffffffff80101234' })
