/** The door of `bench`: exact figures of a built image, kept and compared. */
export * from './baseline.ts'
export * from './bench-file.ts'
export * from './compare.ts'
export * from './count-figures.ts'
export * from './junit.ts'
export * from './measure-boot.ts'
export * from './least-memory.ts'
export * from './render-comparison.ts'
