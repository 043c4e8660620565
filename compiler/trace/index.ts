/** The door of `trace`: every instruction that an image ran, as a tree of calls. */
export type * from './call-tree.ts'
export type { CallFollower, TraceMark } from './follow-calls.ts'
export type { CodeMap } from './code-map.ts'
export * from './open-trace.ts'
export * from './trace-boot.ts'
