/** The door of `app`: an app's folder and configuration, as plain data. */
export * from './config.ts'
export * from './load-config.ts'
export * from './load-app.ts'
export { invalidConfig, missingFile } from './diagnostics.ts'
