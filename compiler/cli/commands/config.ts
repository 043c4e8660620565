import type { Command } from 'commander'
import {
  definedNames,
  explain,
  renderDefconfig,
  renderDotconfig,
  setValue,
  symbolNamed,
} from '../../../kconfig/index.ts'
import type { RegisterCommand } from './index.ts'
import { configureInput, inspectImage, type Inspection } from '../../build/index.ts'
import { nearest, type Diagnostic } from '../../diag/index.ts'
import { configure } from '../../select/index.ts'
import { badSetting, noSuchSymbol, valueRefused } from '../diagnostics.ts'
import { openSession, take, type Session } from '../session.ts'
import { buildRequest } from './image.ts'
import { withBuildOptions, type BuildOptions } from './options.ts'

interface ConfigOptions extends BuildOptions {
  readonly app?: string
  readonly force?: boolean
}

export const registerConfig: RegisterCommand = (program, done) => {
  const config = program
    .command('config')
    .description("read and write an image's configuration without a menu")
  const add = (name: string, about: string): Command =>
    withBuildOptions(config.command(name).description(about)).option(
      '--app <app>',
      'the app; the default image when absent',
    )

  add('get', 'print the values of symbols')
    .argument('<symbol...>', 'DRIVERS_VIRTIO_NET')
    .action(async (names: string[], options: ConfigOptions) =>
      done(await withConfig(options, (open) => get(open, names))),
    )
  add('set', 'set symbols in .config; refuses what the app cannot do without')
    .argument('<setting...>', 'DRIVERS_VIRTIO_NET=n')
    .option('--force', 'write it all the same')
    .action(async (settings: string[], options: ConfigOptions) =>
      done(await withConfig(options, (open) => set(open, settings, options))),
    )
  add(
    'olddefconfig',
    'write every value to .config, as the kernel does: later builds then hold to them',
  ).action(async (options: ConfigOptions) =>
    done(
      await withConfig(options, (open) => write(open, renderDotconfig(open.inspection.configuration.config))),
    ),
  )
  add('save', 'write to .config only what differs from the defaults: the file to commit').action(
    async (options: ConfigOptions) =>
      done(
        await withConfig(options, (open) =>
          write(open, renderDefconfig(open.inspection.configuration.config)),
        ),
      ),
  )
}

interface Open {
  readonly session: Session
  readonly inspection: Inspection
}

async function withConfig(options: ConfigOptions, work: (open: Open) => number): Promise<number> {
  const session = openSession(options)
  const inspected = take(
    session,
    await inspectImage(session.host, buildRequest(options.app, options, session.onBuildEvent)),
  )
  if ('status' in inspected) return inspected.status
  const { problems, configuration } = inspected.value
  if (problems.length > 0) return session.problems(problems)
  session.warnings(configuration.problems)
  return work({ session, inspection: inspected.value })
}

function get({ session, inspection }: Open, names: readonly string[]): number {
  const { config } = inspection.configuration
  const values: Record<string, string> = {}
  for (const name of names.map(plainName)) {
    const symbol = symbolNamed(config.tree, name)
    if (!symbol) return session.problems([unknown(inspection, name)])
    values[name] = config.value(symbol)
  }
  const text = Object.entries(values).map(([name, value]) =>
    names.length === 1 ? `${value}\n` : `${name}=${value}\n`,
  )
  session.result(text.join(''), values)
  return 0
}

function set(open: Open, settings: readonly string[], options: ConfigOptions): number {
  const { session, inspection } = open
  const { config } = inspection.configuration
  for (const setting of settings) {
    const [, name, value] = /^(\w+)=(.*)$/.exec(setting) ?? []
    if (name === undefined || value === undefined) return session.problems([badSetting(setting)])
    const symbol = symbolNamed(config.tree, plainName(name))
    if (!symbol) return session.problems([unknown(inspection, plainName(name))])
    if (!setValue(config, symbol, value)) {
      const { heldDownBy, heldUpBy, toEnable } = explain(config, symbol)
      const because = [
        ...heldDownBy.map(
          (obstacle) => `${symbol.name} depends on ${obstacle.expression}, which is ${obstacle.value}`,
        ),
        ...heldUpBy.map((selector) => `${selector.name} selects it`),
      ]
      return session.problems([
        valueRefused(
          symbol.name,
          value,
          because,
          toEnable?.map((step) => `${step.name}=${step.value}`) ?? [],
        ),
      ])
    }
  }
  const text = renderDefconfig(config)
  const { context, analysis } = inspection
  const input = configureInput(session.host, context, analysis!.demand, options.strict ?? false)
  const next = configure({ ...input, dotconfig: { file: context.relative(context.configFile), text } })
  if (!next.ok && !options.force) return session.problems(next.problems)
  return write(open, text)
}

function write({ session, inspection }: Open, text: string): number {
  const { configFile } = inspection.context
  const outcome = session.host.write(configFile, text)
  session.result(`${configFile} ${outcome}\n`, { file: configFile, outcome })
  return 0
}

function unknown({ configuration }: Inspection, name: string): Diagnostic {
  return noSuchSymbol(name, nearest(name, definedNames(configuration.config.tree)))
}

function plainName(name: string): string {
  return name.replace(/^CONFIG_/, '')
}
