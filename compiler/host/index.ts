/** The door of `host`: the one way from the compiler to disk, processes, clock and environment. */
export * from './host.ts'
export * from './node-host.ts'
export * from './memory-host.ts'
export * from './digest.ts'
export * from './diagnostics.ts'
