import type { Expression, ObjectLiteralExpression, SourceFile } from 'ts-morph'
import * as v from 'valibot'
import { fail, nearest, ok, type Diagnostic, type Result, type Span } from '../diag/index.ts'
import { interfaces } from '../../components/api/interfaces.ts'
import { invalidManifest, unknownInterface } from './diagnostics.ts'
import { arches, initLevels, type ComponentManifest } from './manifest.ts'

/** A literal of the manifest with the place it stands at. */
type Literal =
  | { readonly kind: 'object'; readonly at: Span; readonly fields: ReadonlyMap<string, Literal> }
  | { readonly kind: 'array'; readonly at: Span; readonly items: readonly Literal[] }
  | { readonly kind: 'value'; readonly at: Span; readonly value: string | number | boolean }

const cName = v.pipe(v.string(), v.regex(/^[a-z_][a-z0-9_]*$/i, 'Expected the name of a C function'))
const initCall = v.strictObject({ level: v.picklist(initLevels), call: cName })
const binds = <T extends v.GenericSchema>(id: T) => v.strictObject({ ids: v.array(id), probe: cName })

const manifestSchema = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[a-z0-9-]+(\/[a-z0-9-]+)?$/, 'Expected "<area>/<name>"')),
  title: v.pipe(v.string(), v.minLength(1)),
  status: v.picklist(['stable', 'experimental']),
  arch: v.optional(v.array(v.picklist(arches))),
  provides: v.optional(v.array(v.string())),
  needs: v.optional(v.array(v.string())),
  needsFor: v.optional(v.record(v.string(), v.array(cName))),
  uses: v.optional(v.array(v.string())),
  preferred: v.optional(v.boolean()),
  syscalls: v.optional(v.record(cName, cName)),
  files: v.optional(v.record(v.string(), v.string())),
  init: v.optional(v.union([initCall, v.array(initCall)])),
  binds: v.optional(
    v.strictObject({
      pci: v.optional(
        binds(v.pipe(v.string(), v.regex(/^[0-9a-f]{4}:[0-9a-f]{4}$/, 'Expected "1af4:1041"'))),
      ),
      virtio: v.optional(binds(v.pipe(v.number(), v.integer(), v.minValue(1)))),
    }),
  ),
  symbols: v.optional(v.array(cName)),
  irqSafe: v.optional(v.array(v.string())),
  budget: v.optional(
    v.strictObject({
      text: v.optional(v.number()),
      data: v.optional(v.number()),
      bss: v.optional(v.number()),
    }),
  ),
})

/**
 * The manifest in the text of a `component.ts`, read from its syntax tree: `export default defineComponent({...})`
 * with literals only. Anything that would have to run is a problem with its line.
 */
export async function readManifest(text: string, file: string): Promise<Result<ComponentManifest>> {
  const { Project, ts } = await import('ts-morph')
  const project = new Project({
    useInMemoryFileSystem: true,
    compilerOptions: { target: ts.ScriptTarget.ES2022 },
  })
  const source = project.createSourceFile('component.ts', text)
  const problems: Diagnostic[] = []
  const literal = await manifestLiteral(source, file, problems)
  if (!literal) return fail(...problems)
  const parsed = v.safeParse(manifestSchema, plain(literal))
  if (!parsed.success) {
    return fail(...parsed.issues.map((issue) => schemaProblem(literal, issue as unknown as SchemaIssue)))
  }
  const unknown = interfaceProblems(literal)
  return unknown.length > 0 ? fail(...unknown) : ok(parsed.output as ComponentManifest)
}

async function manifestLiteral(
  source: SourceFile,
  file: string,
  problems: Diagnostic[],
): Promise<Literal | undefined> {
  const { Node } = await import('ts-morph')
  const spanOf = (node: { getStart(): number }): Span => {
    const place = source.getLineAndColumnAtPos(node.getStart())
    return { file, line: place.line, column: place.column }
  }
  const refuse = (node: { getStart(): number }, what: string): undefined => {
    const hint = 'a manifest is read, never run: write strings, numbers, true, false, lists and objects'
    problems.push(invalidManifest(spanOf(node), what, hint))
    return undefined
  }

  const read = (node: Expression): Literal | undefined => {
    const at = spanOf(node)
    if (Node.isStringLiteral(node) || Node.isNoSubstitutionTemplateLiteral(node)) {
      return { kind: 'value', at, value: node.getLiteralText() }
    }
    if (Node.isNumericLiteral(node)) return { kind: 'value', at, value: node.getLiteralValue() }
    if (Node.isTrueLiteral(node)) return { kind: 'value', at, value: true }
    if (Node.isFalseLiteral(node)) return { kind: 'value', at, value: false }
    if (Node.isArrayLiteralExpression(node)) {
      const items = node.getElements().map(read)
      return items.every((item) => item !== undefined) ? { kind: 'array', at, items } : undefined
    }
    if (Node.isObjectLiteralExpression(node)) return readObject(node)
    return refuse(node, `"${node.getText().split('\n')[0]}" is code, not a literal`)
  }

  const readObject = (node: ObjectLiteralExpression): Literal | undefined => {
    const fields = new Map<string, Literal>()
    for (const property of node.getProperties()) {
      if (!Node.isPropertyAssignment(property))
        return refuse(property, 'Only `name: value` fields can be read')
      const name = property.getNameNode()
      if (Node.isComputedPropertyName(name)) return refuse(name, 'A computed field name cannot be read')
      const key = Node.isStringLiteral(name) ? name.getLiteralText() : name.getText()
      if (fields.has(key)) return refuse(property, `The field "${key}" stands twice`)
      const value = read(property.getInitializerOrThrow())
      if (!value) return undefined
      fields.set(key, value)
    }
    return { kind: 'object', at: spanOf(node), fields }
  }

  for (const statement of source.getStatements()) {
    if (Node.isImportDeclaration(statement)) continue
    if (!Node.isExportAssignment(statement) || statement.isExportEquals()) {
      return refuse(statement, 'A component.ts holds one statement: export default defineComponent({...})')
    }
    const call = statement.getExpression()
    const argument = Node.isCallExpression(call) ? call.getArguments()[0] : undefined
    if (!Node.isCallExpression(call) || call.getExpression().getText() !== 'defineComponent') {
      return refuse(call, 'Expected export default defineComponent({...})')
    }
    if (!argument || !Node.isObjectLiteralExpression(argument)) {
      return refuse(call, 'defineComponent() takes one object literal')
    }
    return readObject(argument)
  }
  problems.push(
    invalidManifest({ file }, 'There is no manifest in this file', 'export default defineComponent({...})'),
  )
  return undefined
}

function plain(literal: Literal): unknown {
  switch (literal.kind) {
    case 'value':
      return literal.value
    case 'array':
      return literal.items.map(plain)
    case 'object':
      return Object.fromEntries([...literal.fields].map(([key, value]) => [key, plain(value)]))
  }
}

interface SchemaIssue {
  readonly kind: string
  readonly type: string
  readonly message: string
  readonly path?: readonly { readonly key: string | number }[]
}

function schemaProblem(root: Literal, issue: SchemaIssue): Diagnostic {
  const path = issue.path?.map((step) => step.key) ?? []
  let at: Literal = root
  for (const key of path) {
    const next: Literal | undefined =
      at.kind === 'object'
        ? at.fields.get(String(key))
        : at.kind === 'array'
          ? at.items[Number(key)]
          : undefined
    if (!next) break
    at = next
  }
  const field = path.join('.')
  if (issue.type === 'strict_object' && path.length > 0) {
    const name = String(path.at(-1))
    const known = path.length === 1 ? Object.keys(manifestSchema.entries) : []
    if (path.length > 1 || !known.includes(name)) {
      const near = nearest(name, known)
      return invalidManifest(
        at.at,
        `A manifest has no field "${field}"`,
        near ? `did you mean "${near}"?` : `the fields are ${Object.keys(manifestSchema.entries).join(', ')}`,
      )
    }
  }
  return invalidManifest(
    at.at,
    field === '' ? issue.message : `Field "${field}": ${issue.message}`,
    'docs/guides/add-a-component.md describes every field',
  )
}

function interfaceProblems(root: Literal): Diagnostic[] {
  if (root.kind !== 'object') return []
  const named: { readonly name: string; readonly at: Span }[] = []
  for (const field of ['provides', 'needs', 'uses']) {
    const list = root.fields.get(field)
    if (list?.kind !== 'array') continue
    for (const item of list.items)
      if (item.kind === 'value') named.push({ name: String(item.value), at: item.at })
  }
  const conditional = root.fields.get('needsFor')
  if (conditional?.kind === 'object') {
    for (const [name, calls] of conditional.fields) named.push({ name, at: calls.at })
  }
  return named
    .filter(({ name }) => !Object.hasOwn(interfaces, name))
    .map(({ name, at }) => unknownInterface(at, name, nearest(name, Object.keys(interfaces))))
}
