/** The door of `bench`: exact figures of a built image. */
export * from './measure-boot.ts'
export * from './least-memory.ts'
