import type { Category, FlameSection } from '../page/index.ts'

/**
 * What the page of `azbuild report` shows: plain data, written into the page as JSON and read by web/report. It holds no absolute
 * path and nothing of the clock, so that equal inputs give equal pages.
 */
export interface ReportDocument {
  readonly name: string
  readonly arch: string
  /** The version of azbuild. */
  readonly version: string
  /** The command that makes this page again. */
  readonly command: string
  readonly figures: readonly Figure[]
  readonly sizes: SizeNode
  readonly why: WhyGraph
  readonly boot: BootSection | Missing
  /** Absent for an app that answers no HTTP, and where the boot is missing. */
  readonly requests?: RequestSection
  readonly syscalls: readonly SyscallRow[]
  readonly history: readonly HistoryOfArch[]
}

/** A section that cannot be shown: why, and how to get it; one sentence each. */
export interface Missing {
  readonly kind: 'missing'
  readonly why: string
  readonly how: string
}

export type Unit = 'bytes' | 'instructions' | 'calls' | 'components' | 'percent'

/** A number of the image, with the budget held against it where there is one. */
export interface Figure {
  /** As in the documents of `azbuild bench` and `azbuild image --check`. */
  readonly name: string
  readonly label: string
  /** Null when a budget limits it and it was not counted. */
  readonly value: number | null
  readonly unit: Unit
  readonly limit?: number
  readonly ok?: boolean
  /** Where the number comes from, when it is not this build itself. */
  readonly from?: string
}

/** Bytes of the file: of a group, a component, a source file or a symbol. The sum over its children, when it has some. */
export interface SizeNode {
  readonly name: string
  readonly kind: 'image' | 'group' | 'component' | 'file' | 'symbol'
  readonly bytes: number
  /** On groups. */
  readonly category?: Category
  /** Largest first. */
  readonly children?: readonly SizeNode[]
}

/** Why things are in the image: from lines of the app, over what they ask for, to components. Edges point from cause to effect. */
export interface WhyGraph {
  /** By layer, then in an order that keeps edges short. */
  readonly nodes: readonly WhyNode[]
  readonly edges: readonly WhyEdge[]
}

export interface WhyNode {
  readonly id: string
  /** `line` a line of the app, `given` what every image has or a configuration asks for. */
  readonly kind: 'line' | 'given' | 'syscall' | 'feature' | 'component'
  readonly label: string
  /** Causes are in lower layers; 0 holds what has none. */
  readonly layer: number
  /** The node that a shortest chain comes from; absent in layer 0. */
  readonly parent?: string
  /** A shortest chain in the words of `azbuild why`, outermost first. */
  readonly because: readonly string[]
  /** How many more lines of the app lead to it than the graph has. */
  readonly moreLines?: number
  /** What it is, in a few words. */
  readonly title?: string
  readonly category?: Category
  readonly bytes?: number
}

export interface WhyEdge {
  readonly from: string
  readonly to: string
  /** The words between the two: `implements`, `needs "net.ipv4"`. */
  readonly label: string
}

/** HTTP requests in the steady state. */
export interface RequestSection {
  readonly count: number
  readonly flame: FlameSection
}

/** The way to main(): what happened after how many instructions, and who spent them. */
export interface BootSection {
  readonly kind: 'boot'
  /** What counted instructions: `qemu` or `v86`. */
  readonly runner: string
  readonly events: readonly BootEvent[]
  readonly flame: FlameSection
}

export interface BootEvent {
  readonly name: string
  /** Since the kernel's entry. */
  readonly at: number
  /** Until the next event. */
  readonly instructions: number
}

/** A system call that the image has. */
export interface SyscallRow {
  readonly name: string
  /** The component that implements it; absent when the app's configuration answers it. */
  readonly by?: string
  readonly declared?: 'stub' | 'fake'
  /** The lines of the app that lead to it; empty when only start-up code makes it. */
  readonly lines: readonly string[]
  /** A shortest chain in the words of `azbuild why`. */
  readonly because: readonly string[]
  /** Mean for each call, everything below it counted, where it was measured. */
  readonly instructions?: number
}

/** Figures across saved runs, oldest first. */
export interface HistoryOfArch {
  readonly arch: string
  /** What counted instructions. */
  readonly runner: string
  readonly labels: readonly string[]
  readonly series: readonly Series[]
}

export interface Series {
  readonly name: string
  readonly label: string
  readonly unit: Unit
  /** One for each label; null where the run has none. */
  readonly values: readonly (number | null)[]
}
