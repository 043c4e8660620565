/** The part of d3-flame-graph that the page uses; the package has no types of its own. */
declare module 'd3-flame-graph' {
  import type { Selection } from 'd3-selection'

  export interface FlameNode<T> {
    readonly data: T
    readonly parent: FlameNode<T> | null
    readonly value: number
  }

  export interface FlameGraph<T> {
    (selection: Selection<HTMLElement, T, null, undefined>): void
    width(pixels: number): this
    cellHeight(pixels: number): this
    minFrameSize(pixels: number): this
    transitionDuration(ms: number): this
    tooltip(on: boolean): this
    sort(on: boolean): this
    setColorMapper(
      mapper: (node: FlameNode<T> & { readonly highlight?: boolean }, original: string) => string,
    ): this
    setLabelHandler(label: (node: FlameNode<T>) => string): this
    setSearchMatch(match: (node: FlameNode<T>, term: string) => boolean): this
    setSearchHandler(handler: (results: readonly FlameNode<T>[], sum: number, total: number) => void): this
    setDetailsHandler(handler: (text: string | null) => void): this
    onClick(handler: (node: FlameNode<T>) => void): this
    search(term: string): void
    clear(): void
    resetZoom(): void
    update(): void
    destroy(): void
  }

  export default function flamegraph<T>(): FlameGraph<T>
}
