/** What the page shows: written by compiler/profile/flame-graph.ts as the text of its element `data`. */
export interface PageData {
  readonly name: string
  readonly about: string
  /** What one unit of a value is. */
  readonly unit: string
  readonly total: number
  readonly root: Frame
  readonly functions: readonly TableRow[]
}

export interface Frame {
  readonly name: string
  /** With everything that it called. */
  readonly value: number
  readonly owner?: string
  /** `main.c:31` */
  readonly place?: string
  readonly children: readonly Frame[]
}

export interface TableRow {
  readonly name: string
  readonly owner: string
  readonly place: string
  readonly self: number
  readonly total: number
}
