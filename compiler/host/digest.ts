import { createHash } from 'node:crypto'

/** SHA-256 of the parts in order, in hexadecimal; each part's length is hashed with it, so that parts cannot run together. */
export function digest(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256')
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part
    hash.update(`${bytes.length}:`).update(bytes)
  }
  return hash.digest('hex')
}
