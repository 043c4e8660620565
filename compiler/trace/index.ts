/** The door of `trace`: every instruction that an image ran, as a tree of calls. */
export type * from './call-tree.ts'
