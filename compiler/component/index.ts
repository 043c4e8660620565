/** The door of `component`: what a component is, how manifests are read, what is in the tree. */
export * from './manifest.ts'
