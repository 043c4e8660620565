/** The door of `graph`: orderings and paths over plain nodes. Imports nothing. */
export * from './order.ts'
export * from './reach.ts'
