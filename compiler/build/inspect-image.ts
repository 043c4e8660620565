import type { CAnalysis, Demand } from '../analyze/index.ts'
import { ok, type Diagnostic, type Result } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import { openConfiguration, type Configuration } from '../select/index.ts'
import { analyzeApp } from './analyze-app.ts'
import { configureInput } from './configure-input.ts'
import { loadContext, type Context } from './context.ts'
import { ninjaRequest } from './ninja.ts'
import type { BuildRequest } from './request.ts'
import { findTools } from './tools.ts'

/** An image as it would be built, opened for questions. */
export interface Inspection {
  readonly context: Context
  readonly configuration: Configuration
  /** `undefined` when the app does not compile yet; `problems` then says why, and the demand is empty. */
  readonly analysis: CAnalysis | undefined
  readonly problems: readonly Diagnostic[]
}

const nothing: Demand = { syscalls: [], features: [], undecided: [], unresolved: [] }

/** Analyses the app and opens its configuration, without building the image. Works on an app that does not compile. */
export async function inspectImage(host: Host, request: BuildRequest): Promise<Result<Inspection>> {
  const loaded = await loadContext(host, request)
  if (!loaded.ok) return loaded
  const context = loaded.value
  const onEvent = request.onEvent ?? (() => {})
  const analyzed = await host.withLock(`${context.app.workspace}/${context.layout.out}`, async () => {
    const tools = await findTools(host, context)
    if (!tools.ok) return tools
    return analyzeApp(
      host,
      context,
      tools.value,
      ninjaRequest(context, tools.value, request.jobs, onEvent),
      onEvent,
    )
  })
  const analysis = analyzed.ok ? analyzed.value.result : undefined
  const demand = analysis?.demand ?? nothing
  const configuration = openConfiguration(configureInput(host, context, demand, request.strict ?? false))
  return ok({ context, configuration, analysis, problems: analyzed.ok ? [] : analyzed.problems })
}
