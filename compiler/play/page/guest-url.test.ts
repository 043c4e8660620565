import { describe, expect, it } from 'vitest'
import { requestFields, responseFields } from './guest-fields.ts'
import { guestRoot, locationOnGuest, parseGuestUrl, urlOnGuest } from './guest-url.ts'

const scope = 'https://example.org/sub/'
const place = { machine: 'a1-b2', port: 8080 }
const root = `${scope}guest/a1-b2/8080/`

describe('places of a guest', () => {
  it('lie below the folder of the player', () => {
    expect(guestRoot(scope, place)).toBe(root)
    expect(parseGuestUrl(scope, `${root}a/b?c=/d#e`)).toEqual({ ...place, target: '/a/b?c=/d' })
    expect(parseGuestUrl(scope, root)).toEqual({ ...place, target: '/' })
    expect(parseGuestUrl(scope, root.slice(0, -1))).toEqual({ ...place, target: '/' })
  })

  it.each([
    'https://example.org/guest/a1-b2/8080/',
    `${scope}index.html`,
    `${scope}guest/a1-b2/0/`,
    `${scope}guest/a1-b2/70000/`,
    `${scope}guest/a1-b2/x/`,
    `${scope}guest//8080/`,
    '',
  ])('are nothing else: %j', (url) => expect(parseGuestUrl(scope, url)).toBeUndefined())

  it.each([
    ['https://example.org/hello.txt?a#b', `${root}hello.txt?a#b`],
    ['https://example.org/', root],
    ['https://example.org/sub/', `${root}sub/`],
    [`${root}x`, `${root}x`],
    [`${scope}guest/a1-b2/style.css`, `${root}style.css`],
    ['http://127.0.0.1:8080/x', `${root}x`],
    ['http://localhost:8080/', root],
    ['http://localhost:81/', undefined],
    ['https://elsewhere.org/', undefined],
    ['mailto:a@b', undefined],
    ['about:blank', undefined],
    ['no url', undefined],
  ])('are what its pages mean by %j', (url, expected) => expect(urlOnGuest(scope, place, url)).toBe(expected))

  it.each([
    ['/new', `${root}new`],
    ['new?x', `${root}dir/new?x`],
    ['http://127.0.0.1:8080/a', `${root}a`],
    ['http://localhost/a', `${scope}guest/a1-b2/80/a`],
    ['https://elsewhere.org/a', 'https://elsewhere.org/a'],
    ['http://[', 'http://['],
  ])('are where a Location leads: %j', (location, expected) => {
    expect(locationOnGuest(scope, { ...place, target: '/dir/old' }, location)).toBe(expected)
  })
})

describe('fields', () => {
  it('of a request name the guest, not the site', () => {
    const fields = [
      ['accept', 'text/html'],
      ['accept-encoding', 'gzip'],
    ] as const
    expect(requestFields(scope, { method: 'POST', referrer: `${root}form`, fields }, 8080)).toEqual([
      ['accept', 'text/html'],
      ['Accept-Encoding', 'identity'],
      ['Referer', 'http://127.0.0.1:8080/form'],
      ['Origin', 'http://127.0.0.1:8080'],
    ])
    expect(requestFields(scope, { method: 'GET', referrer: `${scope}index.html`, fields: [] }, 8080)).toEqual(
      [['Accept-Encoding', 'identity']],
    )
  })

  it('of a response let the frame show it', () => {
    const from = { ...place, target: '/' }
    const { fields, coding } = responseFields(scope, from, [
      ['Content-Type', 'text/html'],
      ['X-Frame-Options', 'DENY'],
      ['Content-Security-Policy', "default-src 'self'; frame-ancestors 'none'"],
      ['Location', '/next'],
      ['Content-Length', '5'],
      ['Transfer-Encoding', 'chunked'],
    ])
    expect(coding).toBeUndefined()
    expect(fields).toEqual([
      ['Content-Type', 'text/html'],
      ['Content-Security-Policy', "default-src 'self'"],
      ['Location', `${root}next`],
      ['Content-Length', '5'],
    ])
  })

  it('of a packed response say how to unpack it', () => {
    const from = { ...place, target: '/' }
    const packed = (coding: string) =>
      responseFields(scope, from, [
        ['Content-Encoding', coding],
        ['Content-Length', '5'],
      ])
    expect(packed('x-gzip')).toEqual({ fields: [], coding: 'gzip' })
    expect(packed('br')).toEqual({ fields: [], unknownCoding: 'br' })
    expect(packed('identity')).toEqual({ fields: [['Content-Length', '5']] })
  })
})
