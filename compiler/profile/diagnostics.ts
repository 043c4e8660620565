import { errorOf, type Diagnostic } from '../diag/index.ts'

export const badRecording = (what: string): Diagnostic =>
  errorOf('profile/bad-recording', `The file that the sampler wrote cannot be read: ${what}`, {
    hint: '--sampler gdb does without it',
    cause: 'machine',
  })

export const noSamples = (name: string, why: string): Diagnostic =>
  errorOf('profile/no-samples', `Nothing was sampled while ${name} ran: ${why}`, {
    hint: 'take samples more often, --every 101, or let it run longer',
  })

export const pluginUnbuildable = (why: string, output?: string): Diagnostic =>
  errorOf('profile/plugin-unbuildable', `The plugin that samples cannot be built: ${why}`, {
    ...(output ? { output } : {}),
    hint: '--sampler gdb does without it',
    cause: 'machine',
  })

export const needsPlugin = (boot: boolean): Diagnostic =>
  errorOf(
    'profile/needs-plugin',
    `The gdb stub interrupts by time: it cannot count instructions, as ${boot ? 'profile boot does' : '--exact and --every ask'}`,
    { hint: '--sampler plugin, which is the default' },
  )
