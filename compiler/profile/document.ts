import type { FlameSection } from '../page/index.ts'

/** What the page of `azbuild profile --out` shows: plain data, written into the page as JSON and read by web/profile. */
export interface ProfileDocument {
  readonly name: string
  readonly about: string
  /** In the unit of `flame`. */
  readonly total: number
  readonly flame: FlameSection
  /** Those that most was spent in first. */
  readonly functions: readonly FunctionRow[]
}

export interface FunctionRow {
  readonly name: string
  readonly owner: string
  readonly place: string
  readonly self: number
  readonly total: number
}
