/** The door of `plan`: a selection becomes files, flags and edges. Pure. */
export * from './build-plan.ts'
export * from './plan-objects.ts'
