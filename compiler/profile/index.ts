/** The door of `profile`: where an image spends its instructions, function by function. */
export * from './record.ts'
export type { Profile, ProfiledFunction, ProfileNode } from './profile.ts'
export { pluginSource } from './plugin.ts'
export { renderFlameGraph } from './flame-graph.ts'
export { renderTable } from './render-table.ts'
export { renderFolded } from './render-folded.ts'
export { renderSpeedscope } from './render-speedscope.ts'
