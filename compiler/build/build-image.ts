import { embeddedFiles } from '../app/index.ts'
import { ok, type Diagnostic, type Result } from '../diag/index.ts'
import {
  compileCommands,
  machineOf,
  renderAppInfo,
  renderConfigHeader,
  renderDeclaredSyscalls,
  renderDrivers,
  renderEmbedded,
  renderInit,
  renderNinja,
  renderSelfHeader,
  renderTemplate,
  templatesOf,
} from '../emit/index.ts'
import { digest, type Host } from '../host/index.ts'
import { stripElf } from '../image/index.ts'
import { planComponent, type BuildPlan, type CompileEdge } from '../plan/index.ts'
import { configure, type Selection } from '../select/index.ts'
import {
  renderCancellationNames,
  renderCancellationPoints,
  renderDynamicTable,
  renderSyscallTrace,
  tracedSymbol,
} from '../toolchain/index.ts'
import { analyzeApp, plannable } from './analyze-app.ts'
import { checkLinked } from './check-linked.ts'
import { configureInput } from './configure-input.ts'
import { loadContext, type Context } from './context.ts'
import { freshBuild, stateOf, storeBuild } from './freshness.ts'
import { ninjaDependencies, ninjaRequest, runNinja } from './ninja.ts'
import type { BuildEvent, BuildRecord, BuildRequest } from './request.ts'
import { findTools } from './tools.ts'

/** A finished build. */
export interface Built {
  readonly record: BuildRecord
  /** False when everything was up to date. */
  readonly changed: boolean
}

/** Builds an image, or finds that it is up to date. */
export async function buildImage(host: Host, request: BuildRequest): Promise<Result<Built>> {
  const onEvent = request.onEvent ?? (() => {})
  const context = await loadContext(host, request)
  if (!context.ok) return context
  const { app, layout, version } = context.value
  const stored = `${app.workspace}/${layout.out}/build.json`
  const tool = stateOf(host, `${host.packageFolder}/dist/cli.js`)
  const key = digest(
    version,
    tool,
    app.workspace,
    context.value.configFile,
    String(request.strict ?? false),
    JSON.stringify(toolEnvironment(host)),
  )
  const fresh = freshBuild(host, stored, key)
  if (fresh) return ok({ record: fresh, changed: false }, fresh.warnings)

  const lockFolder = `${app.workspace}/${layout.out}`
  const onWait = (): void => onEvent({ kind: 'step', text: `waiting for another build of ${app.name}` })
  return host.withLock(
    lockFolder,
    async () => {
      const meanwhile = freshBuild(host, stored, key)
      if (meanwhile) return ok({ record: meanwhile, changed: false }, meanwhile.warnings)
      const built = await buildLocked(host, context.value, request, onEvent)
      if (!built.ok) return built
      storeBuild(host, stored, key, built.value.inputs, built.value.record)
      return ok({ record: built.value.record, changed: true }, built.value.record.warnings)
    },
    onWait,
  )
}

/** The environment that decides which tools make an image. */
function toolEnvironment(host: Host): Record<string, string | undefined> {
  const { AZBUILD_CC, AZBUILD_LD, AZBUILD_AR } = host.env
  return { AZBUILD_CC, AZBUILD_LD, AZBUILD_AR }
}

async function buildLocked(
  host: Host,
  context: Context,
  request: BuildRequest,
  onEvent: (event: BuildEvent) => void,
): Promise<Result<{ record: BuildRecord; inputs: readonly string[] }>> {
  const { app, layout } = context
  const at = (path: string): string => `${app.workspace}/${path}`
  const tools = await findTools(host, context)
  if (!tools.ok) return tools
  const ninja = ninjaRequest(context, tools.value, request.jobs, onEvent)
  const analysis = await analyzeApp(host, context, tools.value, ninja, onEvent)
  if (!analysis.ok) return analysis
  const { appEdges, archive, archiveIsNew } = analysis.value
  const selected = configure(
    configureInput(host, context, analysis.value.result.demand, request.strict ?? false),
  )
  if (!selected.ok) return selected
  const selection = selected.value

  const plan = planImage(host, context, selection, appEdges, archive)
  writeGenerated(host, context, selection)
  host.write(at(layout.ninja), renderNinja(plan, layout, tools.value.commands))
  const commands = compileCommands(plan.compile, app.workspace, tools.value.commands)
  host.write(at(`${layout.out}/compile_commands.json`), `${JSON.stringify(commands, null, 1)}\n`)
  const linked = await runNinja(host, ninja(layout.ninja, 'building the image'))
  if (!linked.ok) return linked

  const image = stripElf(host.readBytes(at(layout.symbols))!, layout.symbols)
  const checked = checkLinked(
    host,
    plan,
    selection,
    analysis.value.result.optionalSyscalls,
    { symbols: at(layout.symbols), map: at(layout.map), image, archive, archiveIsNew },
    at,
  )
  if (!checked.ok) return checked
  host.write(at(layout.image), image)
  const dependencies = [
    ...(await ninjaDependencies(host, ninja(layout.appNinja, ''))),
    ...(await ninjaDependencies(host, ninja(layout.ninja, ''))),
  ].map((path) => (path.startsWith('/') ? path : at(path)))
  const warnings: Diagnostic[] = [...selected.warnings]
  return ok({
    record: recordOf(context, selection, image.length, warnings),
    inputs: [
      ...context.inputs,
      ...shippedInputs(host, context),
      ...embeddedFiles(app).map(({ file }) => file),
      ...dependencies,
      archive,
      at(layout.image),
      at(layout.symbols),
    ],
  })
}

/** The sources that azbuild writes for one image, below `<generated>/src`. */
const generatedSources = [
  'boot.S',
  'init.c',
  'drivers.c',
  'app.c',
  'declared.c',
  'dynamic.c',
  'cancel.c',
  'trace.c',
  'embedded.S',
] as const

function planImage(
  host: Host,
  context: Context,
  selection: Selection,
  appEdges: readonly CompileEdge[],
  archive: string,
): BuildPlan {
  const { app, arch, layout, relative } = context
  const on = new Set(selection.symbols.map(([name]) => name))
  const componentEdges = selection.components.flatMap(({ component }) =>
    planComponent(plannable(host, component, arch), layout, relative, (symbol) => on.has(symbol)),
  )
  const generatedEdges = generatedSources.map((name): CompileEdge => ({
    source: `${layout.generated}/src/${name}`,
    object: `${layout.out}/obj/generated/${name.replace(/\.[cS]$/, '.o')}`,
    flagSet: 'kernel',
    flags: [],
    owner: { kind: 'generated' },
  }))
  const compile = [...appEdges, ...componentEdges, ...generatedEdges]
  return {
    name: app.name,
    arch,
    compile,
    link: {
      objects: compile.map(({ object }) => object),
      archives: [...context.libraries.map(relative), archive],
      wrapped: on.has('SYSCALL_TRACE') ? selection.syscalls.map(({ name }) => tracedSymbol(name)) : [],
      script: layout.linkScript,
      output: layout.symbols,
      map: layout.map,
    },
  }
}

function writeGenerated(host: Host, context: Context, selection: Selection): void {
  const { app, arch, layout, table } = context
  const write = (path: string, text: string): void =>
    void host.write(`${app.workspace}/${layout.generated}/${path}`, text)
  const template = (name: string): string =>
    renderTemplate(host.readText(`${host.packageFolder}/templates/${name}`)!, machineOf[arch])
  const components = selection.components.map(({ component }) => component)
  write('include/az/config.h', renderConfigHeader(selection))
  for (const component of components)
    write(`${component.manifest.name}/az/self.h`, renderSelfHeader(component))
  write('src/boot.S', template(templatesOf[arch].boot))
  write('src/init.c', renderInit(components))
  write('src/drivers.c', renderDrivers(components))
  write('src/app.c', renderAppInfo(app))
  write('src/declared.c', renderDeclaredSyscalls(selection.syscalls, table.syscalls))
  const has = (name: string): boolean => components.some(({ manifest }) => manifest.provides?.includes(name))
  const calls = new Set(selection.syscalls.map(({ name }) => name))
  write('src/dynamic.c', has('libc.dynamic') ? renderDynamicTable(table, arch, calls) : '')
  const traced = selection.symbols.some(([name]) => name === 'SYSCALL_TRACE')
  const cancels = has('libc.cancel')
  const aliases = renderCancellationNames(table, arch, calls, (name) =>
    traced ? `__wrap_${tracedSymbol(name)}` : tracedSymbol(name),
  )
  write('image.ld', template(templatesOf[arch].link) + (cancels ? '' : `\n${aliases}`))
  write('src/cancel.c', cancels ? renderCancellationPoints(table, arch, calls) : '')
  write('src/trace.c', traced ? renderSyscallTrace(table, arch, calls) : '')
  const files = embeddedFiles(app).map(({ path, file }) => ({
    path,
    source: context.relative(file),
    digest: digest(host.readBytes(file) ?? ''),
  }))
  write('src/embedded.S', files.length > 0 ? renderEmbedded(files, arch) : '')
}

/** Texts of the package that went into the build beside the sources: menus, help, templates. */
function shippedInputs(host: Host, { arch, registry }: Context): readonly string[] {
  const { link, boot } = templatesOf[arch]
  return [
    `${host.packageFolder}/components/Kconfig`,
    ...[link, boot].map((name) => `${host.packageFolder}/templates/${name}`),
    ...registry.components.map(({ folder }) => `${folder}/README.md`),
  ]
}

function recordOf(
  context: Context,
  selection: Selection,
  bytes: number,
  warnings: readonly Diagnostic[],
): BuildRecord {
  const { app, arch, layout } = context
  const at = (path: string): string => `${app.workspace}/${path}`
  const provides = (name: string): boolean =>
    selection.components.some(({ component }) => component.manifest.provides?.includes(name))
  const named = (name: string): boolean =>
    selection.components.some(({ component }) => component.manifest.name === name)
  return {
    name: app.name,
    arch,
    workspace: app.workspace,
    folder: app.folder,
    out: at(layout.out),
    image: at(layout.image),
    symbols: at(layout.symbols),
    map: at(layout.map),
    bytes,
    components: selection.components.map(({ component, because }) => ({
      name: component.manifest.name,
      because,
    })),
    syscalls: selection.syscalls.map(({ name, because }) => ({ name, because })),
    declared: Object.fromEntries(
      selection.syscalls.flatMap(({ name, answeredBy }) =>
        answeredBy.kind === 'declared' ? [[name, answeredBy.as]] : [],
      ),
    ),
    options: selection.symbols,
    net: provides('net.device'),
    rng: named('drivers/virtio-rng'),
    ...(app.config.budget?.[arch] ? { budget: app.config.budget[arch] } : {}),
    run: { ...(app.config.memory ? { memory: app.config.memory } : {}), ports: app.config.ports ?? [] },
    warnings,
  }
}
