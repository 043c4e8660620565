import { Option } from 'commander'
import type { RegisterCommand } from './index.ts'
import { countFigures, loadSavedRuns, renderJunit, savedSizes, showFigure } from '../../bench/index.ts'
import { buildImage, checkImage, type BuildRecord } from '../../build/index.ts'
import { figuresToCount } from '../../link/index.ts'
import { noBudget } from '../diagnostics.ts'
import { exitCodeOf } from '../exit-codes.ts'
import { openSession, take, type Session } from '../session.ts'
import { appArgument, withBuildOptions, type BuildOptions } from './options.ts'

interface ImageOptions extends BuildOptions {
  readonly check?: boolean
  readonly junit?: string
}

export const registerImage: RegisterCommand = (program, done) => {
  withBuildOptions(
    program.command('image').argument('[app]', appArgument).description('build a bootable image'),
  )
    .option(
      '--check',
      "hold the image against the app's budget: bytes, instructions, memory, what may be in it",
    )
    .addOption(
      new Option('--junit <file>', 'write the checks as JUnit XML, a test case each').implies({
        check: true,
      }),
    )
    .action(async (app: string | undefined, options: ImageOptions) => done(await image(app, options)))
}

async function image(app: string | undefined, options: ImageOptions): Promise<number> {
  const session = openSession(options)
  const built = take(
    session,
    await buildImage(session.host, buildRequest(app, options, session.onBuildEvent)),
  )
  if ('status' in built) return built.status
  const { record, changed } = built.value
  const document = imageDocument(record)
  if (!options.check) {
    session.result(
      changed ? `${record.image}  ${record.bytes} bytes\n${declaredLines(record)}` : '',
      document,
    )
    return 0
  }
  return check(session, record, options.junit)
}

/** What the image pretends, said whenever it is built. */
function declaredLines({ declared }: BuildRecord): string {
  const answers = { stub: 'fails with ENOSYS', fake: 'returns 0 and does nothing' }
  const lines = Object.entries(declared).map(
    ([name, as]) => `  ${name}() ${answers[as]}: shog.config.ts declares it a ${as}\n`,
  )
  return lines.join('')
}

async function check(session: Session, record: BuildRecord, junit: string | undefined): Promise<number> {
  const { budget, name, arch } = record
  if (!budget) return session.problems([noBudget(name, arch)])
  const saved = take(session, loadSavedRuns(session.host, record.folder))
  if ('status' in saved) return saved.status
  const counted = await countFigures(session.host, record, figuresToCount(budget), (text) =>
    session.onBuildEvent({ kind: 'step', text }),
  )
  const checked = take(session, checkImage(session.host, record, counted, savedSizes(saved.value, record)))
  if ('status' in checked) return checked.status
  const { checks, problems, growth, since } = checked.value
  const lines = checks.map(
    ({ name: figure, limit, actual, ok }) =>
      `${ok ? 'ok    ' : 'OVER  '}  ${name} ${arch} ${figure}: ${showFigure(actual)} of ${showFigure(limit)}\n`,
  )
  if (junit !== undefined) {
    const suite = { name: `${name} (${arch})`, checks, problems }
    session.host.write(junit, await renderJunit('azbuild image --check', [suite]))
  }
  session.result(lines.join(''), { ...imageDocument(record), checks, growth, ...(since ? { since } : {}) })
  session.warnings(problems)
  return exitCodeOf(problems)
}

/** What scripts rely on: docs/guides/scripting.md. */
export function imageDocument(record: BuildRecord) {
  const { name, arch, image, symbols, map, bytes } = record
  return {
    name,
    arch,
    image,
    symbols,
    map,
    bytes,
    components: record.components.map((component) => component.name),
    syscalls: record.syscalls.map((syscall) => syscall.name),
    declared: record.declared,
  }
}

/** A build as the options ask for it. */
export function buildRequest(
  app: string | undefined,
  { arch, config, strict, jobs }: BuildOptions,
  onEvent: Parameters<typeof buildImage>[1]['onEvent'],
) {
  return {
    app,
    ...(arch ? { arch } : {}),
    ...(config ? { config } : {}),
    ...(strict ? { strict } : {}),
    ...(jobs ? { jobs } : {}),
    ...(onEvent ? { onEvent } : {}),
  }
}
