import { guestAddress, locationOnGuest, parseGuestUrl } from './guest-url.ts'
import type { GuestTarget } from './guest-url.ts'

type Field = readonly [name: string, value: string]

/** What the browser's request says that the guest should hear; the connection's own fields are the client's. */
export function requestFields(
  scope: string,
  request: { readonly method: string; readonly referrer: string; readonly fields: Iterable<Field> },
  port: number,
): readonly Field[] {
  const fields = [...request.fields].filter(([name]) => !/^(accept-encoding|referer|origin)$/i.test(name))
  fields.push(['Accept-Encoding', 'identity']) // what a service worker answers with is not decoded by the browser
  const from = parseGuestUrl(scope, request.referrer)
  if (from !== undefined) fields.push(['Referer', guestAddress(from)])
  if (request.method !== 'GET' && request.method !== 'HEAD')
    fields.push(['Origin', `http://127.0.0.1:${from?.port ?? port}`])
  return fields
}

/** Fields that would keep the browser from showing a guest's page in the frame, or that it ignores here. */
const dropped = /^(x-frame-options|content-length|transfer-encoding|connection|keep-alive|set-cookie)$/i

export interface ResponseFields {
  readonly fields: readonly Field[]
  /** How the body has to be unpacked; undefined for a body that is as it should be. */
  readonly coding?: 'gzip' | 'deflate'
  /** A coding that no browser unpacks for a page. */
  readonly unknownCoding?: string
}

/** The fields of the guest's response as the browser gets them. */
export function responseFields(
  scope: string,
  from: GuestTarget,
  guestFields: readonly Field[],
): ResponseFields {
  const codings = guestFields
    .filter(([name]) => name.toLowerCase() === 'content-encoding')
    .flatMap(([, value]) => value.toLowerCase().split(','))
    .map((coding) => coding.trim().replace(/^x-/, ''))
    .filter((coding) => coding !== '' && coding !== 'identity')
  const unpack = codings.length > 0
  const fields = guestFields.flatMap(([name, value]): Field[] => {
    if (dropped.test(name) && !(name.toLowerCase() === 'content-length' && !unpack)) return []
    switch (name.toLowerCase()) {
      case 'location':
        return [[name, locationOnGuest(scope, from, value)]]
      case 'content-encoding':
        return []
      case 'content-security-policy': {
        const kept = value.split(';').filter((directive) => !/^\s*frame-ancestors\b/i.test(directive))
        return kept.join('').trim() === '' ? [] : [[name, kept.join(';')]]
      }
      default:
        return [[name, value]]
    }
  })
  if (!unpack) return { fields }
  const [coding] = codings
  return codings.length === 1 && (coding === 'gzip' || coding === 'deflate')
    ? { fields, coding }
    : { fields, unknownCoding: codings.join(', ') }
}
