/**
 * Where a guest's web server appears below the player's folder: `<scope>guest/<machine>/<port>/...`. The machine is the
 * service worker's name for the page that runs it, so that several pages each have their own.
 */
export interface GuestPlace {
  readonly machine: string
  readonly port: number
}

export interface GuestTarget extends GuestPlace {
  /** Path and query, as the guest sees them. */
  readonly target: string
}

/** The URL of the guest's `/`; `scope` is the absolute URL of the player's folder and ends with a slash. */
export function guestRoot(scope: string, { machine, port }: GuestPlace): string {
  return `${scope}guest/${machine}/${port}/`
}

/** What a URL asks of a guest; undefined for any other URL. */
export function parseGuestUrl(scope: string, url: string): GuestTarget | undefined {
  const start = `${scope}guest/`
  if (!url.startsWith(start)) return undefined
  const match = /^([\w-]+)\/(\d{1,5})(?:\/([^#]*))?(?:#.*)?$/.exec(url.slice(start.length))
  if (match === null) return undefined
  const port = Number(match[2])
  if (port < 1 || port > 0xffff) return undefined
  return { machine: match[1]!, port, target: `/${match[3] ?? ''}` }
}

/** Names that a guest's page may use for the machine it came from. */
const guestHosts = new Set(['127.0.0.1', 'localhost', '10.0.2.15', '[::1]'])

/**
 * The place below `scope` that a URL stands for which a page of this guest has used: `/hello.txt` made absolute by the
 * browser, or `http://localhost:8080/hello.txt`. Undefined for a URL that leads elsewhere.
 */
export function urlOnGuest(scope: string, place: GuestPlace, url: string): string | undefined {
  if (parseGuestUrl(scope, url) !== undefined) return url
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch {
    return undefined
  }
  const { protocol, hostname, port, pathname, search, hash } = parsed
  if (protocol !== 'http:' && protocol !== 'https:') return undefined
  const sameOrigin = parsed.origin === new URL(scope).origin
  const named = guestHosts.has(hostname) && (port === '' ? 80 : Number(port)) === place.port
  if (!sameOrigin && !named) return undefined
  // `../x` of a page at the guest's root climbs out of its port.
  const above = new URL(`guest/${place.machine}/`, scope).pathname
  const path = sameOrigin && pathname.startsWith(above) ? pathname.slice(above.length) : pathname.slice(1)
  return `${guestRoot(scope, place)}${path}${search}${hash}`
}

/** Where a response's Location leads: a place below `scope` when it is the guest's own, else as it is. */
export function locationOnGuest(scope: string, from: GuestTarget, location: string): string {
  const base = `http://127.0.0.1:${from.port}${from.target}`
  let target: URL
  try {
    target = new URL(location, base)
  } catch {
    return location
  }
  const port = target.port === '' ? 80 : Number(target.port)
  if (target.protocol !== 'http:' || !guestHosts.has(target.hostname)) return target.href
  return `${guestRoot(scope, { machine: from.machine, port })}${target.pathname.slice(1)}${target.search}${target.hash}`
}

/** The guest's own address of a place, as `azbuild run` would print it. */
export function guestAddress({ port, target }: Omit<GuestTarget, 'machine'>): string {
  return `http://127.0.0.1:${port}${target}`
}
