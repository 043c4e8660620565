/** The door of `build`: takes an app through all stages to an image on disk. */
export * from './request.ts'
export * from './context.ts'
export * from './build-image.ts'
export * from './inspect-image.ts'
export * from './measure-sizes.ts'
export * from './configure-input.ts'
export * from './check-image.ts'
