/** The door of `beside`: az and a Linux guest, the same programs on the same machine, side by side. */
export { attackBeside, compareBeside, type BesideRequest, type Comparison } from './compare.ts'
export type { Attack } from './attack.ts'
export { groups, type Group } from './row.ts'
export { renderComparison } from './render.ts'
export { renderVegetaReport, successes, type AttackResult } from './vegeta.ts'
export { kernelPackage, presentKernel } from './linux/kernel.ts'
