/** The door of `play`: a built image as a page that boots it in the browser, served or written to a folder. */
export * from './diagnostics.ts'
export * from './export-web.ts'
export * from './serve-site.ts'
export * from './site.ts'
