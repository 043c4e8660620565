import { renderDefconfig, type Config } from '../../../kconfig/index.ts'
import type { AnnotateSymbol, Annotation } from '../../../kconfig/menu/state.ts'
import type { MenuFiles } from '../../../kconfig/menu/session.ts'
import type { RegisterCommand } from './index.ts'
import { inspectImage, lastSizes, type Inspection } from '../../build/index.ts'
import { symbolOf } from '../../component/index.ts'
import { systemProblem, type Host } from '../../host/index.ts'
import { noTerminal } from '../diagnostics.ts'
import { openSession, take, type Session } from '../session.ts'
import { buildRequest } from './image.ts'
import { appArgument, withBuildOptions, type BuildOptions } from './options.ts'

interface MenuconfigOptions extends BuildOptions {
  readonly web?: boolean
  readonly kconfig?: string
}

export const registerMenuconfig: RegisterCommand = (program, done) => {
  withBuildOptions(
    program
      .command('menuconfig')
      .argument('[app]', appArgument)
      .description('what is in the image and why, as a menu; opens also when the app does not compile yet'),
  )
    .option(
      '--kconfig <file>',
      'any Kconfig tree instead of an app, with the environment and files of the kernel',
    )
    .option('--web', 'in a page on this machine, instead of the terminal')
    .action(async (app: string | undefined, options: MenuconfigOptions) =>
      done(await menuconfig(app, options)),
    )
}

async function menuconfig(app: string | undefined, options: MenuconfigOptions): Promise<number> {
  const session = openSession(options)
  if (!options.web && (!process.stdin.isTTY || !process.stdout.isTTY)) return session.problems([noTerminal()])
  const show = options.web ? showPage(session) : showMenu
  return options.kconfig === undefined
    ? menuOfApp(session, app, options, show)
    : menuOfTree(options.kconfig, show)
}

/** Shows a configuration until the user leaves. */
type Show = (config: Config, file: string, files: MenuFiles, annotate: AnnotateSymbol) => Promise<void>

async function menuOfApp(
  session: Session,
  app: string | undefined,
  options: MenuconfigOptions,
  show: Show,
): Promise<number> {
  const inspected = take(
    session,
    await inspectImage(session.host, buildRequest(app, options, session.onBuildEvent)),
  )
  if ('status' in inspected) return inspected.status
  session.quiet()
  const { configuration, context, problems } = inspected.value
  const files: MenuFiles = {
    read: (file) => session.host.readText(file),
    write: (file, text) => writeOrSay(session.host, file, text),
    render: (config: Config) => renderDefconfig(config),
  }
  await show(configuration.config, context.configFile, files, annotations(session.host, inspected.value))
  return problems.length > 0 ? session.problems(problems) : 0
}

async function menuOfTree(kconfig: string, show: Show): Promise<number> {
  const [{ menuFiles, openTree }, { nodeIo }] = await Promise.all([
    import('../../../kconfig/conf/open.ts'),
    import('../../../kconfig/conf/node-io.ts'),
  ])
  const io = nodeIo('menuconfig')
  const { config, file } = openTree(kconfig, io)
  await show(config, file, menuFiles(io), () => undefined)
  return 0
}

async function showMenu(
  config: Config,
  file: string,
  files: MenuFiles,
  annotate: AnnotateSymbol,
): Promise<void> {
  const { runInTerminal } = await import('../../../kconfig/tui/terminal.ts')
  await runInTerminal({ config, file, annotate }, files, Boolean(process.env['NO_COLOR']))
}

function showPage(session: Session): Show {
  return async (config, file, files, annotate) => {
    const { serveMenu } = await import('../../../kconfig/web/server.ts')
    const { url, left } = await serveMenu({ config, file, annotate }, files)
    session.note(`azbuild: open ${url} (once; leave there to end this)`)
    await left
  }
}

function writeOrSay(host: Host, file: string, text: string): string | undefined {
  try {
    host.write(file, text)
    return undefined
  } catch (error) {
    const problem = systemProblem(error)
    if (!problem) throw error
    return problem.message
  }
}

/** What the app says of each component: the line that demands it, what it weighs, what breaks without it. */
function annotations(host: Host, { context, configuration }: Inspection): AnnotateSymbol {
  const sizes = new Map(lastSizes(host, context)?.parts.map(({ owner, bytes }) => [owner.name, bytes]))
  const bySymbol = new Map<string, Annotation>(
    context.registry.components.map(({ manifest: { name } }) => {
      const because = configuration.wanted.components.get(name)?.because ?? []
      const bytes = sizes.get(name)
      return [
        symbolOf(name),
        {
          ...(because[0] === undefined ? {} : { why: because[0] }),
          ...(bytes === undefined ? {} : { sizeBytes: bytes }),
          ...(because.length === 0 ? {} : { breaks: because }),
        },
      ]
    }),
  )
  return (name) => bySymbol.get(name)
}
