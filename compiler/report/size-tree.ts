import { invariant } from '../diag/index.ts'
import type { Owner, SizePart, SizeReport } from '../link/index.ts'
import { categories, categoryNames, categoryOfName, type Category } from '../page/index.ts'
import type { SizeNode } from './document.ts'

/** Tells the source behind an object file, as the compiler was given it; `undefined` when it is not known. */
export type SourceOf = (object: string) => string | undefined

/**
 * The bytes of an image as a tree: category, component, source file, symbol. Each node is the sum of its children, and the root is the
 * size of the file.
 */
export function sizeTree(name: string, report: SizeReport, sourceOf: SourceOf): SizeNode {
  const groups = categories.map((category) => {
    const parts = report.parts.filter(({ owner, bytes }) => bytes > 0 && categoryOf(owner) === category)
    return { category, children: parts.map((part) => partNode(part, sourceOf)) }
  })
  const children = groups
    .filter((group) => group.children.length > 0)
    .map(({ category, children }): SizeNode => {
      const only = children.length === 1 ? (children[0] as SizeNode) : undefined
      // An app is one part of a group of that name: showing it twice says nothing.
      const below = only?.name === category ? (only.children ?? []) : largestFirst(children)
      return { name: categoryNames[category], kind: 'group', bytes: sum(below), category, children: below }
    })
  const root: SizeNode = { name, kind: 'image', bytes: sum(children), children: largestFirst(children) }
  invariant(root.bytes === report.bytes, 'the tree of sizes adds up to the bytes of the image')
  return root
}

function partNode({ owner, symbols }: SizePart, sourceOf: SourceOf): SizeNode {
  const files = new Map<string, SizeNode[]>()
  for (const { name, object, bytes } of symbols) {
    const file = fileName(owner, object, sourceOf)
    files.set(file, [...(files.get(file) ?? []), { name, kind: 'symbol', bytes }])
  }
  const children = [...files].map(([name, below]): SizeNode => ({
    name,
    kind: 'file',
    bytes: sum(below),
    children: largestFirst(below),
  }))
  const isFile = owner.kind === 'headers' || owner.kind === 'padding' || owner.kind === 'shared'
  const below = isFile
    ? largestFirst(children.flatMap((file) => file.children ?? []))
    : largestFirst(children)
  return { name: owner.name, kind: 'component', bytes: sum(below), children: below }
}

/** The file of a symbol, as its owner calls it: below its folder, or as the member of a library. */
function fileName(owner: Owner, object: string, sourceOf: SourceOf): string {
  const member = /\(([^()]+)\.o\)$/.exec(object)?.[1]
  // libc.a names its members after the folder and the file: azbuild made it so.
  if (member !== undefined) return owner.kind === 'libc' ? `${member.replace('_', '/')}.c` : `${member}.o`
  if (object === '' || object.startsWith('<')) return owner.name
  const source = sourceOf(object) ?? object
  const below = `/${source}`.split(`/components/${owner.name}/`)[1] ?? source.split(/\/(?:gen|obj)\//).at(-1)
  return (below ?? source).replace(/^src\//, '')
}

function largestFirst(nodes: readonly SizeNode[]): readonly SizeNode[] {
  return nodes.toSorted((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

function sum(nodes: readonly SizeNode[]): number {
  return nodes.reduce((total, { bytes }) => total + bytes, 0)
}

/** The category of an owner of bytes. */
function categoryOf({ kind, name }: Owner): Category {
  switch (kind) {
    case 'app':
    case 'libc':
      return kind
    case 'component':
      return categoryOfName(name)
    case 'shared':
    case 'headers':
    case 'padding':
      return 'file'
  }
}
