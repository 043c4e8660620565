/** The door of `component`: what a component is, how manifests are read, what is in the tree. */
export * from './manifest.ts'
export * from './read-manifest.ts'
export * from './registry.ts'
