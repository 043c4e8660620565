import type { RegisterCommand } from './index.ts'
import { absolute } from '../../app/index.ts'
import { symbolOf } from '../../component/index.ts'
import { renderTemplate } from '../../emit/index.ts'
import { badName, folderTaken } from '../diagnostics.ts'
import { openSession, type CommonOptions } from '../session.ts'
import { withCommonOptions } from './options.ts'

/** Files of a new thing: template below templates/new/, and where it goes in the new folder. */
type Files = Readonly<Record<string, string>>

const appFiles: Files = { 'app/main.c.hbs': 'main.c', 'app/shog.config.ts.hbs': 'shog.config.ts' }
const componentFiles: Files = {
  'component/component.ts.hbs': 'component.ts',
  'component/README.md.hbs': 'README.md',
  'component/src/main.c.hbs': 'src/main.c',
}

export const registerNew: RegisterCommand = (program, done) => {
  const create = program.command('new').description('start an app or a component of the kernel')
  withCommonOptions(
    create
      .command('app')
      .argument('<folder>', 'where it goes')
      .description('a folder with a main.c that runs'),
  ).action((folder: string, options: CommonOptions) => done(newApp(folder, options)))
  withCommonOptions(
    create
      .command('component')
      .argument('<name>', '<area>/<name>, e.g. drivers/my-device')
      .description('a component below components/ of this workspace'),
  ).action((name: string, options: CommonOptions) => done(newComponent(name, options)))
}

function newApp(folder: string, options: CommonOptions): number {
  const name = absolute('/', folder).split('/').at(-1)!
  if (!/^[A-Za-z0-9._-]+$/.test(name))
    return openSession(options).problems([badName(name, 'letters, digits, ".", "_" and "-"')])
  return create(folder, appFiles, { name }, `azbuild run ${folder}`, options)
}

function newComponent(name: string, options: CommonOptions): number {
  if (!/^[a-z0-9-]+\/[a-z0-9-]+$/.test(name)) {
    return openSession(options).problems([
      badName(name, '<area>/<name> in lower case, like drivers/my-device'),
    ])
  }
  const words = name.split('/')[1]!.replaceAll('-', ' ')
  const title = words[0]!.toUpperCase() + words.slice(1)
  const values = { name, title, symbol: symbolOf(name).toLowerCase() }
  return create(
    `components/${name}`,
    componentFiles,
    values,
    `azbuild config set ${symbolOf(name)}=y LOG=y puts it into an image, and lets it speak`,
    options,
  )
}

function create(
  folder: string,
  files: Files,
  values: Readonly<Record<string, string>>,
  next: string,
  options: CommonOptions,
): number {
  const session = openSession(options)
  const { host } = session
  if ((host.list(folder) ?? []).length > 0) return session.problems([folderTaken(folder)])
  const written = Object.entries(files).map(([template, target]) => {
    const text = host.readText(`${host.packageFolder}/templates/new/${template}`)!
    host.write(`${folder}/${target}`, renderTemplate(text, values))
    return `${folder}/${target}`
  })
  session.result(`${written.join('\n')}\n\nNext: ${next}\n`, { folder, files: written })
  return 0
}
