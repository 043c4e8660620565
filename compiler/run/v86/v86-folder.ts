import { createRequire } from 'node:module'
import * as path from 'node:path'

/** The folder of v86's built files. */
export function v86Folder(): string {
  return path.dirname(createRequire(import.meta.url).resolve('v86'))
}
