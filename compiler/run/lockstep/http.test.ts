import { expect, test } from 'vitest'
import { isWholeHttpAnswer } from './http.ts'

test.each([
  ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', true],
  ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no', false],
  ['HTTP/1.1 204 No Content\r\n\r\n', true],
  // What looks like the last chunk stands inside of one.
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\na\r\n0\r\n\r\n', false],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\na\r\n0\r\n\r\n\r\n0\r\n\r\n', true],
  ['HTTP/1.1 200 OK\r\n\r\nuntil it closes', false],
  ['220 mail.example ESMTP\r\n\r\n', false],
])('%j', (text, whole) => {
  expect(isWholeHttpAnswer(Buffer.from(text))).toBe(whole)
})
