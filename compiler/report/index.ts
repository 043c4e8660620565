/** The door of `report`: one page about an image, for people. */
export * from './write-report.ts'
