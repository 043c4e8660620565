import type { Demand } from '../analyze/index.ts'
import type { Host } from '../host/index.ts'
import type { ConfigureInput } from '../select/index.ts'
import type { Context } from './context.ts'

/** What select needs to know, read from disk. */
export function configureInput(
  host: Host,
  context: Context,
  demand: Demand,
  strict: boolean,
): ConfigureInput {
  const { app, arch, registry, table, configFile, relative } = context
  const text = host.readText(configFile)
  return {
    registry,
    arch,
    demand,
    strict,
    menus: host.readText(`${host.packageFolder}/components/Kconfig`) ?? '',
    help: new Map(
      registry.components.flatMap(({ manifest, folder }) => {
        const paragraph = firstParagraph(host.readText(`${folder}/README.md`) ?? '')
        return paragraph === '' ? [] : [[manifest.name, paragraph] as const]
      }),
    ),
    read: (path) => host.readText(path),
    ...(text === undefined ? {} : { dotconfig: { file: relative(configFile), text } }),
    declared: app.config.syscalls ?? {},
    dynamicSyscalls: app.config.dynamicSyscalls ?? [],
    asked: new Map(app.config.embed ? [['fs/embed', 'shog.config.ts embeds files']] : []),
    syscallNames: new Set(table.syscalls.map(({ name }) => name)),
    ...(app.configFiles.length > 0 ? { configFile: app.configFiles.at(-1)! } : {}),
  }
}

/** The first paragraph of a Markdown text that is no heading. */
function firstParagraph(markdown: string): string {
  const blocks = markdown.split(/\n\s*\n/).map((block) => block.trim())
  return blocks.find((block) => block !== '' && !block.startsWith('#')) ?? ''
}
