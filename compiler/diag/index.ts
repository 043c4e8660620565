/** The door of `diag`: what every stage uses to say that something is wrong. Imports nothing of ours. */
export * from './diagnostic.ts'
export * from './result.ts'
export * from './invariant.ts'
export * from './nearest.ts'
