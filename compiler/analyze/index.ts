/** The door of `analyze`: an app in, its `Demand` out, with the line that needs each thing. */
export type * from './demand.ts'
export * from './c/analyze-c.ts'
export * from './diagnostics.ts'
export * from './explain.ts'
export type * from './c/input.ts'
export * from './why.ts'
