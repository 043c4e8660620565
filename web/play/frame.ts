import { guestAddress, guestRoot, parseGuestUrl, urlOnGuest } from '../../compiler/play/page/guest-url.ts'
import type { GuestPlace } from '../../compiler/play/page/guest-url.ts'
import { byId } from './dom.ts'
import type { Service } from './service.ts'

export interface Frame {
  readonly listen: (port: number) => void
  readonly unlisten: (port: number) => void
  /** No guest runs: says so in place of its page. */
  readonly clear: (why: string) => void
  /** A page is on its way into the frame: its links must work as soon as it is there. */
  readonly arriving: () => void
}

/** The frame with the guest's page, and the bar above it. */
export function openFrame({ scope, machine }: Service): Frame {
  const frame = byId<HTMLIFrameElement>('frame')
  const address = byId<HTMLInputElement>('address')
  const ports = byId<HTMLSelectElement>('ports')
  const apart = byId<HTMLAnchorElement>('apart')
  const waiting = byId('waiting')
  const open: number[] = []
  let shown: number | undefined
  let watching: ReturnType<typeof setInterval> | undefined
  const place = (): GuestPlace => ({ machine, port: shown ?? 80 })

  const show = (url: string): void => {
    const target = parseGuestUrl(scope, url)
    if (target === undefined) return
    shown = target.port
    waiting.hidden = true
    frame.hidden = false
    frame.src = url
    describe(url)
  }
  const describe = (url: string): void => {
    const target = parseGuestUrl(scope, url)
    if (target === undefined) return
    address.value = guestAddress(target)
    apart.href = url
    ports.value = String(target.port)
  }
  const listPorts = (): void => {
    ports.replaceChildren(...open.map((port) => new Option(`:${port}`, String(port))))
    ports.hidden = open.length < 2
    if (shown !== undefined) ports.value = String(shown)
  }
  const clear = (why: string): void => {
    shown = undefined
    frame.hidden = true
    frame.removeAttribute('src')
    frame.contentWindow?.location.replace('about:blank')
    waiting.textContent = why
    waiting.hidden = false
    address.value = ''
    apart.removeAttribute('href')
  }

  /** Looks after the page that is in the frame now, once. */
  const seen = new WeakSet<Document>()
  const attach = (): void => {
    const page = frame.contentDocument
    const view = frame.contentWindow
    if (page === null || view === null || frame.hidden) return
    const { href } = view.location
    if (parseGuestUrl(scope, href) === undefined || seen.has(page)) return
    seen.add(page)
    describe(href)
    keepOnGuest(view, page, (url) => urlOnGuest(scope, place(), url))
    page.addEventListener('keydown', (event) => {
      if (event.key === 'F6') byId('reload').focus()
    })
  }
  frame.addEventListener('load', () => {
    clearInterval(watching)
    attach()
  })

  byId('reload').addEventListener('click', () => {
    if (shown !== undefined) frame.contentWindow?.location.reload()
  })
  byId('go').addEventListener('submit', (event) => {
    event.preventDefault()
    const typed = address.value.trim()
    const path = typed.replace(/^(?:https?:\/\/)?[^/]*/, '') || '/'
    const port = Number(/^(?:https?:\/\/)?[^/]*:(\d+)/.exec(typed)?.[1] ?? shown ?? open[0])
    if (port > 0 && port <= 0xffff) show(`${guestRoot(scope, { machine, port })}${path.slice(1)}`)
  })
  ports.addEventListener('change', () => show(guestRoot(scope, { machine, port: Number(ports.value) })))

  return {
    clear: (why) => {
      open.length = 0
      listPorts()
      clear(why)
    },
    arriving: () => {
      clearInterval(watching)
      watching = setInterval(attach, 50)
    },
    listen: (port) => {
      if (!open.includes(port)) open.push(port)
      listPorts()
      if (shown === undefined) show(guestRoot(scope, { machine, port }))
    },
    unlisten: (port) => {
      const at = open.indexOf(port)
      if (at >= 0) open.splice(at, 1)
      listPorts()
      if (shown !== port) return
      if (open[0] !== undefined) show(guestRoot(scope, { machine, port: open[0] }))
      else clear('The guest listens on no port now.')
    },
  }
}

interface NavigateEvent extends Event {
  readonly destination: { readonly url: string; readonly sameDocument: boolean }
  readonly formData: FormData | null
  readonly navigationType: string
}

/**
 * Makes the links of a guest's page lead to the guest where they would leave the folder that the service worker sees:
 * it answers whatever a page loads, but a page can go only to where its folder reaches.
 */
function keepOnGuest(view: Window, page: Document, onGuest: (url: string) => string | undefined): void {
  const change = (url: string): string | undefined => {
    const mapped = onGuest(url)
    return mapped === undefined || mapped === url ? undefined : mapped
  }
  page.addEventListener(
    'click',
    (event) => {
      const link = (event.target as Element | null)?.closest?.<HTMLAnchorElement>('a[href], area[href]')
      if (link === null || link === undefined || typeof link.href !== 'string') return
      const mapped = change(link.href)
      if (mapped !== undefined) link.href = mapped
      if (link.target === '_top' || link.target === '_parent') link.target = '_self'
    },
    true,
  )
  page.addEventListener(
    'submit',
    (event) => {
      const form = event.target as HTMLFormElement
      const button = event.submitter as HTMLButtonElement | null
      const own = button?.hasAttribute('formaction') === true
      const mapped = change(
        own ? button!.formAction : new URL(form.getAttribute('action') ?? '', page.baseURI).href,
      )
      if (mapped === undefined) return
      if (own) button!.formAction = mapped
      else form.setAttribute('action', mapped)
    },
    true,
  )
  // What scripts do (location.href = '/x'), where the browser tells of it.
  const { navigation } = view as unknown as { readonly navigation?: EventTarget }
  navigation?.addEventListener('navigate', (event) => {
    const { destination, formData, navigationType, cancelable } = event as NavigateEvent
    if (!cancelable || destination.sameDocument || formData !== null) return
    if (navigationType !== 'push' && navigationType !== 'replace') return
    const mapped = change(destination.url)
    if (mapped === undefined) return
    event.preventDefault()
    if (navigationType === 'replace') view.location.replace(mapped)
    else view.location.assign(mapped)
  })
}
