/** The door of `select`: a demand and a configuration become a selection, each entry with its reason. Pure. */
export * from './selection.ts'
export * from './wanted.ts'
export * from './kconfig-text.ts'
export * from './configure.ts'
