import type { App } from '../app/index.ts'
import type { ComponentSource } from '../component/index.ts'
import type { CompileEdge, Layout } from './build-plan.ts'

/** Paths as edges have them: relative to the workspace, so that equal trees give equal bytes wherever they lie. */
export type Relative = (absolute: string) => string

/** The edges that compile the app's own sources. */
export function planApp(app: App, layout: Layout, relative: Relative): readonly CompileEdge[] {
  const flags = [
    ...app.includes.map((folder) => `-I${relative(folder)}`),
    ...Object.entries(app.config.defines ?? {}).map(
      ([name, value]) => `-D${name}=${value === true ? 1 : value}`,
    ),
    ...(app.config.cflags ?? []),
  ]
  const names = objectNames(app.sources.map((source) => inside(app.folder, source)))
  return app.sources.map((source, index) => ({
    source: relative(source),
    object: `${layout.out}/obj/app/${names[index]}`,
    flagSet: 'app',
    flags,
    owner: { kind: 'app' },
  }))
}

export interface ComponentToPlan {
  readonly name: string
  readonly folder: string
  readonly sources: readonly ComponentSource[]
}

/** The edges that compile a component; `isOn` decides about sources with a condition. */
export function planComponent(
  component: ComponentToPlan,
  layout: Layout,
  relative: Relative,
  isOn: (symbol: string) => boolean,
): readonly CompileEdge[] {
  const generated = `${layout.generated}/${component.name}`
  const flags = [
    `-I${generated}`,
    `-I${relative(`${component.folder}/include`)}`,
    `-I${relative(`${component.folder}/src`)}`,
  ]
  const sources = component.sources.filter(({ condition }) => condition === undefined || isOn(condition))
  const names = objectNames(sources.map(({ name }) => name))
  return sources.map(({ path, irqSafe }, index) => ({
    source: relative(path),
    object: `${layout.out}/obj/${component.name}/${names[index]}`,
    flagSet: irqSafe ? 'irqSafe' : 'kernel',
    flags,
    owner: { kind: 'component', name: component.name },
  }))
}

/** Object names for sources, each below one folder: `sub/x.c` is `sub/x.o`, or `sub/x.c.o` when there is an x.S too. */
function objectNames(sources: readonly string[]): readonly string[] {
  const stems = sources.map((source) => source.replace(/\.[^./]+$/, ''))
  return sources.map((source, index) =>
    stems.indexOf(stems[index]!) === stems.lastIndexOf(stems[index]!) ? `${stems[index]}.o` : `${source}.o`,
  )
}

/** `path` below `folder`; a path outside becomes a name that cannot collide with one inside. */
function inside(folder: string, path: string): string {
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : `outside${path}`
}
