import { explain, symbolNamed, type Explanation } from '../../../kconfig/index.ts'
import type { RegisterCommand } from './index.ts'
import { answerWhy, renderWhy, type WhyAnswer, type WhySource } from '../../analyze/index.ts'
import { buildImage, inspectImage, measureSizes, type Inspection } from '../../build/index.ts'
import { symbolOf } from '../../component/index.ts'
import { exitCodes } from '../exit-codes.ts'
import { openSession, take, type Session } from '../session.ts'
import { buildRequest } from './image.ts'
import { appArgument, withBuildOptions, type BuildOptions } from './options.ts'

export const registerWhy: RegisterCommand = (program, done) => {
  withBuildOptions(
    program
      .command('why')
      .argument(
        '<name>',
        'a component (net/tcp or NET_TCP), a system call, an interface (net.device), a configuration symbol, or a function',
      )
      .argument('[app]', appArgument)
      .description(
        'tell why something is in the image: the chain from a line of the app; or what keeps it out',
      ),
  ).action(async (name: string, app: string | undefined, options: BuildOptions) =>
    done(await why(name, app, options)),
  )
}

async function why(name: string, app: string | undefined, options: BuildOptions): Promise<number> {
  const session = openSession(options)
  const inspected = take(
    session,
    await inspectImage(session.host, buildRequest(app, options, session.onBuildEvent)),
  )
  if ('status' in inspected) return inspected.status
  const inspection = inspected.value
  if (inspection.problems.length > 0) return session.problems(inspection.problems)

  const first = answerFor(name, inspection, () => undefined)
  const symbol = first.kind === 'absent' ? explainSymbol(name, inspection) : undefined
  // Symbols of the kernel are known once it is linked: only a name that nothing else explains is worth that.
  const isUnexplained = first.kind === 'absent' && !first.syscall && !symbol
  const answer = isUnexplained
    ? answerFor(name, inspection, await definers(session, buildRequest(app, options, session.onBuildEvent)))
    : first
  const lines = symbol ? renderExplanation(symbol) : renderWhy(answer)
  session.result(`${lines.join('\n')}\n`, symbol ?? answer)
  return answer.kind === 'absent' && !symbol ? exitCodes.input : exitCodes.ok
}

/** Finds the component that defines a symbol of the linked image; finds nothing when the image cannot be built. */
async function definers(
  session: Session,
  request: ReturnType<typeof buildRequest>,
): Promise<WhySource['definerOf']> {
  const built = await buildImage(session.host, request)
  const sizes = built.ok ? measureSizes(session.host, built.value.record) : built
  return (symbol) =>
    sizes.ok
      ? sizes.value.parts.find(({ symbols }) => symbols.some((one) => one.name === symbol))?.owner.name
      : undefined
}

function answerFor(
  name: string,
  { context, configuration, analysis }: Inspection,
  definerOf: WhySource['definerOf'],
): WhyAnswer {
  const { config, wanted } = configuration
  const on = context.registry.components.filter(({ manifest }) => {
    const symbol = symbolNamed(config.tree, symbolOf(manifest.name))
    return symbol !== undefined && config.value(symbol) === 'y'
  })
  const component = on.find(({ manifest }) => symbolOf(manifest.name) === name.replace(/^CONFIG_/, ''))
  return answerWhy(component?.manifest.name ?? name, {
    declared: context.app.config.syscalls ?? {},
    demand: analysis!.demand,
    reasonFor: analysis!.reasonFor,
    components: new Map(
      on.map(({ manifest }) => [
        manifest.name,
        wanted.components.get(manifest.name)?.because ?? [
          `${symbolOf(manifest.name)}=y in ${context.relative(context.configFile)}`,
        ],
      ]),
    ),
    possibleCalls: new Map(
      context.table.syscalls.map(({ name: call }) => [
        call,
        context.registry.components.find(({ manifest }) => manifest.syscalls?.[call])?.manifest.name,
      ]),
    ),
    providers: new Map(
      on.flatMap(({ manifest }) => (manifest.provides ?? []).map((one) => [one, manifest.name] as const)),
    ),
    definerOf,
    implementers: new Map(
      on.flatMap(({ manifest }) =>
        Object.keys(manifest.syscalls ?? {}).map((call) => [call, manifest.name] as const),
      ),
    ),
  })
}

/** The configuration's own account of a symbol, or of the component by that name. */
function explainSymbol(name: string, { context, configuration }: Inspection): Explanation | undefined {
  const { config } = configuration
  const component = context.registry.components.find(({ manifest }) => manifest.name === name)
  const symbol = symbolNamed(config.tree, component ? symbolOf(name) : name.replace(/^CONFIG_/, ''))
  return symbol && explain(config, symbol)
}

function renderExplanation({ name, value, origin, heldDownBy, toEnable }: Explanation): readonly string[] {
  const from = ((): string => {
    switch (origin.kind) {
      case 'user':
        return '.config says so'
      case 'default':
        return `its default at ${origin.at.file}:${origin.at.line} says ${origin.expression}`
      case 'selected':
      case 'implied':
        return `${origin.by.map((selector) => selector.name).join(', ')} ${origin.kind === 'selected' ? 'selects' : 'implies'} it`
      case 'nothing':
        return 'nothing in the app asks for it'
      default:
        return `it follows from ${origin.kind}`
    }
  })()
  return [
    `${name} is ${value === '' ? 'not set' : value}`,
    `  because ${from}`,
    ...heldDownBy.map(
      (obstacle) => `  because it depends on ${obstacle.expression}, which is ${obstacle.value}`,
    ),
    ...(toEnable ?? []).map((step) => `  hint: azbuild config set ${step.name}=${step.value}`),
  ]
}
