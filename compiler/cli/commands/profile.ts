import { Option, type Command } from 'commander'
import type { RegisterCommand } from './index.ts'
import { buildImage } from '../../build/index.ts'
import { ok } from '../../diag/index.ts'
import {
  everyOfBoot,
  everyOfRun,
  profileRun,
  renderFlameGraph,
  renderFolded,
  renderSpeedscope,
  renderTable,
  type Profile,
  type ProfiledRun,
  type SamplerName,
} from '../../profile/index.ts'
import { openSession, take, type Session } from '../session.ts'
import { buildRequest } from './image.ts'
import { appArgument, wholeNumber, withBuildOptions } from './options.ts'
import { boot, runDocument, withMachineOptions, type MachineOptions } from './run.ts'

interface ProfileOptions extends MachineOptions {
  readonly every?: number
  readonly exact?: boolean
  readonly sampler?: SamplerName
  readonly out?: string
  readonly speedscope?: string
  readonly folded?: string
  readonly top: number
}

export const registerProfile: RegisterCommand = (program, done) => {
  const profile = program
    .command('profile')
    .description('say which functions an image spends its instructions in, kernel and app alike (on QEMU)')
    .enablePositionalOptions()
  const add = (name: 'run' | 'boot', description: string, every: number): Command =>
    withMachineOptions(
      withBuildOptions(
        profile
          .command(name)
          .argument('[app]', appArgument)
          .argument('[args...]', "the app's arguments, after --")
          .description(description),
      ),
      '',
    )
      .option('--every <n>', `sample every n-th instruction of the guest (${every})`, wholeNumber)
      .option(
        '--exact',
        'the guest sees no clock but its instructions, and no input: two runs give the same profile',
      )
      .addOption(
        new Option(
          '--sampler <sampler>',
          "a plugin in QEMU that counts instructions, or QEMU's gdb stub, which interrupts by time; the plugin where it can be built",
        ).choices(['plugin', 'gdb']),
      )
      .option('--top <n>', 'how many functions to list', wholeNumber, 20)
      .option('--out <file>', 'write a flame graph: one HTML page that needs no network')
      .option('--speedscope <file>', "write speedscope's format")
      .option('--folded <file>', 'write collapsed stacks')
      .action(async (app: string | undefined, args: string[], options: ProfileOptions) =>
        done(await profileCommand(name, app, args, options)),
      )
  add('run', 'build an image, run it on QEMU as azbuild run does, and sample it until it ends', everyOfRun)
  add('boot', 'the same from the first instruction to main(), exactly and every instruction', everyOfBoot)
}

async function profileCommand(
  what: 'run' | 'boot',
  app: string | undefined,
  args: readonly string[],
  options: ProfileOptions,
): Promise<number> {
  const session = openSession(options)
  const built = take(
    session,
    await buildImage(session.host, buildRequest(app, options, session.onBuildEvent)),
  )
  if ('status' in built) return built.status
  const { record } = built.value
  let profiled: ProfiledRun | undefined
  const booted = await boot(session, record, args, options, async (request) => {
    const result = await profileRun(session.host, record, request, {
      ...(options.sampler ? { sampler: options.sampler } : {}),
      ...(options.every ? { every: options.every } : {}),
      exact: options.exact ?? false,
      bootOnly: what === 'boot',
    })
    if (!result.ok) return result
    profiled = result.value
    return ok(result.value.outcome, result.warnings)
  })
  if (profiled === undefined) return booted.status
  const { profile, sampler } = profiled
  await writeFiles(session, profile, options)
  if (!session.json) session.note(`\n${renderTable(profile, options.top)}`.trimEnd())
  else if (booted.outcome)
    session.result('', { ...runDocument(record, 'qemu', booted), sampler, profile: documentOf(profile) })
  return booted.status
}

async function writeFiles({ host }: Session, profile: Profile, options: ProfileOptions): Promise<void> {
  if (options.out !== undefined) {
    host.write(options.out, await renderFlameGraph(host, profile))
  }
  if (options.speedscope !== undefined) host.write(options.speedscope, renderSpeedscope(profile))
  if (options.folded !== undefined) host.write(options.folded, renderFolded(profile))
}

/** What scripts rely on: docs/guides/scripting.md. */
function documentOf({ unit, every, instructions, samples, functions }: Profile) {
  return { unit, every, instructions: instructions ?? null, samples, functions }
}
