import type { Category } from './category.ts'

/** A tree of calls, traced or sampled. The root's total is the whole. */
export interface FlameNode {
  readonly name: string
  readonly owner: string
  readonly category: Category
  /** How often it was called; 0: it was open before. Absent where nobody counted. */
  readonly calls?: number
  /** `main.c:31` */
  readonly place?: string
  /** Of its own; the rest of `total` is its children's. */
  readonly self: number
  readonly total: number
  readonly children: readonly FlameNode[]
}

export interface FlameSection {
  readonly kind: 'flame'
  readonly title: string
  /** What widths are in: `instructions`, `samples`. */
  readonly unit: string
  readonly root: FlameNode
}
