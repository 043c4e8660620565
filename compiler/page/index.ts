/** The door of `page`: what the pages about an image share, report and profile alike. The browser's side is web/view. */
export * from './category.ts'
export type * from './flame.ts'
export { loadPageParts } from './page-parts.ts'
export * from './render-page.ts'
