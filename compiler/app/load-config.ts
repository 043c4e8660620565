import * as v from 'valibot'
import { arches } from '../component/index.ts'
import { fail, nearest, ok, type Diagnostic, type Result } from '../diag/index.ts'
import { digest, type Host } from '../host/index.ts'
import type { AppConfig, WorkspaceConfig } from './config.ts'
import { invalidConfig } from './diagnostics.ts'

export const configName = 'shog.config.ts'

const texts = v.array(v.string())
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const budget = v.strictObject({
  imageBytes: v.optional(count),
  componentBytes: v.optional(v.record(v.string(), count)),
  growthBytes: v.optional(count),
  growthPercent: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0))),
  bootInstructions: v.optional(count),
  requestInstructions: v.optional(count),
  connectionInstructions: v.optional(count),
  leastMemoryBytes: v.optional(count),
  syscalls: v.optional(texts),
  components: v.optional(texts),
})
const port = v.pipe(v.string(), v.regex(/^\d{1,5}:\d{1,5}$/, 'Expected "HOST:GUEST", like "8080:80"'))

const appSchema = v.strictObject({
  name: v.optional(
    v.pipe(v.string(), v.regex(/^[A-Za-z0-9._-]+$/, 'Expected letters, digits, ".", "_", "-"')),
  ),
  sources: v.optional(texts),
  exclude: v.optional(texts),
  include: v.optional(texts),
  defines: v.optional(v.record(v.string(), v.union([v.string(), v.number(), v.literal(true)]))),
  cflags: v.optional(texts),
  libraries: v.optional(texts),
  args: v.optional(texts),
  env: v.optional(v.record(v.string(), v.string())),
  memory: v.optional(v.pipe(v.string(), v.regex(/^\d+[KMG]$/, 'Expected a size like "64M" or "1280K"'))),
  ports: v.optional(v.array(port)),
  embed: v.optional(v.record(v.pipe(v.string(), v.startsWith('/')), v.string())),
  syscalls: v.optional(v.record(v.string(), v.picklist(['stub', 'fake']))),
  dynamicSyscalls: v.optional(texts),
  budget: v.optional(v.strictObject({ x86_64: v.optional(budget), i386: v.optional(budget) })),
})

const workspaceSchema = v.strictObject({
  images: v.record(v.string(), v.strictObject({ app: v.string(), arch: v.optional(v.picklist(arches)) })),
  default: v.optional(v.string()),
  defaults: v.optional(appSchema),
  toolchain: v.optional(v.picklist(['zig', 'clang'])),
})

/** Evaluated configuration files, by the digest of their text: plain data, so that it can be kept in a file. */
export type ConfigCache = Record<string, unknown>

/** What a configuration file says, and which of the two kinds it is. */
export type LoadedConfig =
  | { readonly kind: 'app'; readonly file: string; readonly config: AppConfig }
  | { readonly kind: 'workspace'; readonly file: string; readonly config: WorkspaceConfig }

/**
 * The configuration in `<folder>/shog.config.ts`, `undefined` when there is none. It is code and runs, once: a file that imports
 * nothing but 'azbuild' is not run again while its text stays the same. `api` is the file that `azbuild` stands for.
 */
export async function loadConfig(
  host: Host,
  folder: string,
  api: string,
  cache: ConfigCache,
): Promise<Result<LoadedConfig | undefined>> {
  const file = `${folder}/${configName}`
  const text = host.readText(file)
  if (text === undefined) return ok(undefined)
  const key = digest(text)
  const imports = [...text.matchAll(/\b(?:from|import|require)\s*\(?\s*['"]([^'"]+)['"]/g)].map(
    (match) => match[1],
  )
  const pure =
    imports.every((name) => name === 'azbuild') && !/\b(process|Date|Math\.random|import\.meta)\b/.test(text)
  let value = pure ? cache[key] : undefined
  if (value === undefined) {
    const evaluated = await evaluate(file, api)
    if (!evaluated.ok) return evaluated
    value = evaluated.value
    if (pure) cache[key] = value
  }
  return checkConfig(file, value)
}

async function evaluate(file: string, api: string): Promise<Result<unknown>> {
  const { createJiti } = await import('jiti')
  const jiti = createJiti(file, { fsCache: false, moduleCache: false, alias: { azbuild: api } })
  try {
    const loaded = await jiti.import<unknown>(file, { default: true })
    return ok(loaded)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const place = /:(\d+):(\d+)/.exec(
      error instanceof Error
        ? ((error.stack ?? '').split('\n').find((line) => line.includes(file)) ?? '')
        : '',
    )
    const span = place ? { file, line: Number(place[1]), column: Number(place[2]) } : { file }
    return fail(invalidConfig(span, `The configuration cannot be loaded: ${message.split('\n')[0]}`))
  }
}

/** Checks what a configuration file evaluated to. */
export function checkConfig(file: string, value: unknown): Result<LoadedConfig> {
  const isWorkspace = typeof value === 'object' && value !== null && 'images' in value
  const schema = isWorkspace ? workspaceSchema : appSchema
  const parsed = v.safeParse(schema, value)
  if (!parsed.success) {
    return fail(...parsed.issues.map((issue) => issueProblem(file, schema, issue as never)))
  }
  if (!isWorkspace) return ok({ kind: 'app', file, config: parsed.output as AppConfig })
  const config = parsed.output as WorkspaceConfig
  if (config.default !== undefined && !Object.hasOwn(config.images, config.default)) {
    const near = nearest(config.default, Object.keys(config.images))
    const hint = near ? `did you mean "${near}"?` : `the images are ${Object.keys(config.images).join(', ')}`
    return fail(invalidConfig({ file }, `\`default\` names no image: "${config.default}"`, hint))
  }
  return ok({ kind: 'workspace', file, config })
}

function issueProblem(
  file: string,
  schema: typeof appSchema | typeof workspaceSchema,
  issue: { type: string; message: string; path?: { key: unknown }[] },
): Diagnostic {
  const path = (issue.path ?? []).map((step) => String(step.key))
  const name = path.at(-1) ?? ''
  const known = fieldsAt(schema, path.slice(0, -1))
  if (issue.type === 'strict_object' && path.length > 0 && known.length > 0 && !known.includes(name)) {
    const near = nearest(name, known)
    const hint = near ? `did you mean "${near}"?` : `the fields are ${known.join(', ')}`
    const within = path.length > 1 ? ` in "${path.slice(0, -1).join('.')}"` : ''
    return invalidConfig({ file }, `There is no field "${name}"${within}`, hint)
  }
  return invalidConfig({ file }, `${path.length > 0 ? `Field "${path.join('.')}": ` : ''}${issue.message}`)
}

/** What a schema is made of, as far as fields are looked for in it. */
interface SchemaNode {
  readonly entries?: Readonly<Record<string, SchemaNode>>
  /** What is optional. */
  readonly wrapped?: SchemaNode
  /** The values of a record. */
  readonly value?: SchemaNode
}

/** The fields that an object at a path of the configuration may have; none where there is no such object. */
function fieldsAt(schema: unknown, path: readonly string[]): readonly string[] {
  let node = schema as SchemaNode | undefined
  for (const step of path) {
    node = node?.entries ? node.entries[step] : node?.value
    while (node?.wrapped) node = node.wrapped
  }
  return Object.keys(node?.entries ?? {})
}
