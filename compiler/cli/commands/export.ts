import type { RegisterCommand } from './index.ts'
import { exportWeb } from '../../play/index.ts'
import { openSession, take } from '../session.ts'
import { appArgument, withBuildOptions } from './options.ts'
import { buildPage, collected, type PageOptions } from './play.ts'

export const registerExport: RegisterCommand = (program, done) => {
  const command = program.command('export').description('write an image in the form that others take')
  withBuildOptions(
    command
      .command('web')
      .argument('<folder>', 'where the files go: new, empty or an earlier export')
      .argument('[app]', appArgument)
      .argument('[args...]', "the app's arguments, after --")
      .description(
        'static files that boot the image in a browser, for any server over https or on localhost',
      ),
  )
    .option('--memory <size>', 'memory of the machine in the page: 1280K, 64M')
    .option('--env <name=value>', 'set a variable in the environment of the app', collected, [])
    .action(async (folder: string, app: string | undefined, args: string[], options: PageOptions) =>
      done(await exportPage(folder, app, args, options)),
    )
}

async function exportPage(
  folder: string,
  app: string | undefined,
  args: readonly string[],
  options: PageOptions,
): Promise<number> {
  const session = openSession(options)
  const built = take(session, await buildPage(session, app, args, options))
  if ('status' in built) return built.status
  const { record, files, memoryBytes } = built.value
  const written = take(session, exportWeb(session.host, folder, record.name, files))
  if ('status' in written) return written.status
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0)
  session.result(
    `${folder}  ${written.value.length} files, ${bytes} bytes\n\nNext: put it on a server, or try it: python3 -m http.server --bind 127.0.0.1 --directory ${folder}\n`,
    { name: record.name, arch: record.arch, folder, files: written.value, bytes, memoryBytes },
  )
  return 0
}
