import type { RegisterCommand } from './index.ts'
import { buildImage, measureSizes } from '../../build/index.ts'
import { sizeTable } from '../../link/index.ts'
import { openSession, take } from '../session.ts'
import { buildRequest } from './image.ts'
import { appArgument, wholeNumber, withBuildOptions, type BuildOptions } from './options.ts'

interface SizeOptions extends BuildOptions {
  readonly symbols?: number
}

export const registerSize: RegisterCommand = (program, done) => {
  withBuildOptions(
    program
      .command('size')
      .argument('[app]', appArgument)
      .description('give every byte of the image to its owner: app, libc, component, symbol'),
  )
    .option('--symbols <n>', 'how many symbols of each owner to list', wholeNumber)
    .action(async (app: string | undefined, options: SizeOptions) => done(await size(app, options)))
}

async function size(app: string | undefined, options: SizeOptions): Promise<number> {
  const session = openSession(options)
  const built = take(
    session,
    await buildImage(session.host, buildRequest(app, options, session.onBuildEvent)),
  )
  if ('status' in built) return built.status
  const measured = take(session, measureSizes(session.host, built.value.record))
  if ('status' in measured) return measured.status
  const rows = sizeTable(measured.value, options.symbols ?? 0)
  const text = rows.map(
    ({ level, name, bytes, percent }) =>
      `${String(bytes).padStart(9)}  ${percent.toFixed(1).padStart(5)} %  ${level === 'symbol' ? '  ' : ''}${name}\n`,
  )
  const { name, arch } = built.value.record
  session.result(text.join(''), { name, arch, ...measured.value })
  return 0
}
