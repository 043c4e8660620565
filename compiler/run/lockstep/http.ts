import { BadResponse, responseParser } from '../http/response-parser.ts'

/** Whether these bytes are one whole answer to a GET that has an end of its own, and no more. */
export function isWholeHttpAnswer(bytes: Uint8Array): boolean {
  const parser = responseParser('GET', { onHead: () => {}, onBody: () => {} })
  try {
    return parser.push(bytes) === 0 && parser.done()
  } catch (error) {
    if (error instanceof BadResponse) return false
    throw error
  }
}
