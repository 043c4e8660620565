/** The door of `emit`: a plan becomes text. Pure: equal plans give equal bytes. */
export * from './c-files.ts'
export * from './ninja-file.ts'
export * from './templates.ts'
