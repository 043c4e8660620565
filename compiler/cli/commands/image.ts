import type { RegisterCommand } from './index.ts'
import { buildImage, type BuildRecord } from '../../build/index.ts'
import { openSession, take } from '../session.ts'
import { appArgument, withBuildOptions, type BuildOptions } from './options.ts'

export const registerImage: RegisterCommand = (program, done) => {
  withBuildOptions(
    program.command('image').argument('[app]', appArgument).description('build a bootable image'),
  ).action(async (app: string | undefined, options: BuildOptions) => done(await image(app, options)))
}

async function image(app: string | undefined, options: BuildOptions): Promise<number> {
  const session = openSession(options)
  const built = take(session, await buildImage(session.host, buildRequest(app, options, session.onBuildEvent)))
  if ('status' in built) return built.status
  const { record, changed } = built.value
  session.result(changed ? `${record.image}  ${record.bytes} bytes\n` : '', imageDocument(record))
  return 0
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
    ...(jobs ? { jobs: Number(jobs) } : {}),
    ...(onEvent ? { onEvent } : {}),
  }
}
