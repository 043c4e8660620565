import type { RegisterCommand } from './index.ts'
import { measureBoot } from '../../bench/index.ts'
import { buildImage, checkImage, type BuildRecord } from '../../build/index.ts'
import { noBudget } from '../diagnostics.ts'
import { exitCodeOf } from '../exit-codes.ts'
import { openSession, take, type Session } from '../session.ts'
import { appArgument, withBuildOptions, type BuildOptions } from './options.ts'

interface ImageOptions extends BuildOptions {
  readonly check?: boolean
}

export const registerImage: RegisterCommand = (program, done) => {
  withBuildOptions(
    program.command('image').argument('[app]', appArgument).description('build a bootable image'),
  )
    .option('--check', "hold the image against the app's budget: bytes, boot instructions, system calls")
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
  return check(session, record)
}

/** What the image pretends, said whenever it is built. */
function declaredLines({ declared }: BuildRecord): string {
  const answers = { stub: 'fails with ENOSYS', fake: 'returns 0 and does nothing' }
  const lines = Object.entries(declared).map(
    ([name, as]) => `  ${name}() ${answers[as]}: shog.config.ts declares it a ${as}\n`,
  )
  return lines.join('')
}

async function check(session: Session, record: BuildRecord): Promise<number> {
  if (!record.budget) return session.problems([noBudget(record.name, record.arch)])
  let boot: number | undefined
  if (record.budget.bootInstructions !== undefined) {
    session.onBuildEvent({ kind: 'step', text: 'counting instructions' })
    const measured = await measureBoot(session.host, record)
    if (measured.ok) boot = measured.value
    else session.warnings(measured.problems)
  }
  const checked = take(session, checkImage(session.host, record, boot))
  if ('status' in checked) return checked.status
  const { checks, problems } = checked.value
  const lines = checks.map(({ name, limit, actual, ok }) => {
    const show = (value: typeof limit | null): string =>
      value === null ? 'unknown' : typeof value === 'number' ? String(value) : `${value.length} calls`
    return `${ok ? 'ok    ' : 'OVER  '}  ${record.name} ${record.arch} ${name}: ${show(actual)} of ${show(limit)}\n`
  })
  session.result(lines.join(''), { ...imageDocument(record), checks })
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
