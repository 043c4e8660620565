import { InvalidArgumentError } from 'commander'
import type { RegisterCommand } from './index.ts'
import { buildImage, type BuildRecord } from '../../build/index.ts'
import { fail, ok, type Result } from '../../diag/index.ts'
import { makeSite, only32Bit, serveSite, type SiteFile } from '../../play/index.ts'
import { parseMemorySize } from '../../run/index.ts'
import { badSetting } from '../diagnostics.ts'
import { exitCodes } from '../exit-codes.ts'
import { openSession, take, type Session } from '../session.ts'
import { buildRequest } from './image.ts'
import { appArgument, withBuildOptions, type BuildOptions } from './options.ts'

/** What decides how the page's machine looks. */
export interface PageOptions extends BuildOptions {
  readonly memory?: string
  readonly env: readonly string[]
}

interface PlayOptions extends PageOptions {
  readonly port: number
}

export const collected = (value: string, list: readonly string[]): readonly string[] => [...list, value]

export const registerPlay: RegisterCommand = (program, done) => {
  withBuildOptions(
    program
      .command('play')
      .argument('[app]', appArgument)
      .argument('[args...]', "the app's arguments, after --")
      .description('serve a page on this machine that boots the image in the browser; Ctrl-C ends it'),
  )
    .option('--port <port>', 'the port of the page; any free one by default', portNumber, 0)
    .option('--memory <size>', 'memory of the machine in the page: 1280K, 64M')
    .option('--env <name=value>', 'set a variable in the environment of the app', collected, [])
    .action(async (app: string | undefined, args: string[], options: PlayOptions) =>
      done(await play(app, args, options)),
    )
}

async function play(app: string | undefined, args: readonly string[], options: PlayOptions): Promise<number> {
  const session = openSession(options)
  const built = take(session, await buildPage(session, app, args, options))
  if ('status' in built) return built.status
  const { record, files, memoryBytes } = built.value
  const served = take(session, await serveSite(files, options.port))
  if ('status' in served) return served.status
  const { url, port, close } = served.value
  session.note(`azbuild: ${record.name} (i386, ${record.bytes} bytes) boots in the page; Ctrl-C ends it`)
  session.result(`${url}\n`, { name: record.name, arch: record.arch, url, port, memoryBytes })
  await untilInterrupted()
  await close()
  return exitCodes.interrupted
}

function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
}

interface Page {
  readonly record: BuildRecord
  readonly files: readonly SiteFile[]
  readonly memoryBytes: number
}

/** Builds an app for i386 and makes the page that boots it. */
export async function buildPage(
  session: Session,
  app: string | undefined,
  args: readonly string[],
  options: PageOptions,
): Promise<Result<Page>> {
  if (options.arch !== undefined && options.arch !== 'i386') return fail(only32Bit(options.arch))
  const env: Record<string, string> = {}
  for (const setting of options.env) {
    const [name, ...value] = setting.split('=')
    if (!name || value.length === 0) return fail(badSetting(setting))
    env[name] = value.join('=')
  }
  const asked = options.memory === undefined ? undefined : parseMemorySize(options.memory)
  if (asked?.ok === false) return asked
  const built = await buildImage(
    session.host,
    buildRequest(app, { ...options, arch: 'i386' }, session.onBuildEvent),
  )
  if (!built.ok) return built
  const { record } = built.value
  const memory = asked ?? parseMemorySize(record.run.memory ?? '64M')
  if (!memory.ok) return memory
  const site = makeSite(session.host, record, { memoryBytes: memory.value, args, env })
  return site.ok ? ok({ record, files: site.value, memoryBytes: memory.value }, built.warnings) : site
}

function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 0xffff)
    throw new InvalidArgumentError('Expected a port from 1 to 65535, or 0 for any free one.')
  return Number(text)
}
