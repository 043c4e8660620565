/** The door of `bench`: exact figures of a built image. */
export * from './measure-boot.ts'
export * from './least-memory.ts'
export * from './figures.ts'
export { layerOfOwner } from './layers.ts'
export * from './measure-image.ts'
