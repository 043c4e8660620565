/**
 * Answers what a guest's pages ask for: requests below guest/<machine>/<port>/, and those of such a page for anything
 * else. It keeps nothing: the machine's name in the URL is the id of the page that runs it.
 */
import { requestFields, responseFields } from '../../compiler/play/page/guest-fields.ts'
import { guestRoot, parseGuestUrl, urlOnGuest } from '../../compiler/play/page/guest-url.ts'
import type { GuestTarget } from '../../compiler/play/page/guest-url.ts'
import type {
  GuestRequest,
  RequestMessage,
  ResponseControl,
  ResponseMessage,
  WhoAmI,
} from '../../compiler/play/page/messages.ts'
import { problemPage } from './problem-page.ts'

const worker = self as unknown as ServiceWorkerGlobalScope
/** The absolute URL of the player's folder. */
const scope = worker.registration.scope
/** Bytes that wait for the browser before the guest is held back. */
const waitingBytesMax = 256 * 1024

worker.addEventListener('install', () => void worker.skipWaiting())
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()))
worker.addEventListener('message', (event) => {
  const { kind } = event.data as WhoAmI
  if (kind === 'who-am-i' && event.source instanceof Client) event.ports[0]?.postMessage(event.source.id)
})

worker.addEventListener('fetch', (event) => {
  const { request } = event
  const place = parseGuestUrl(scope, request.url)
  if (place !== undefined) return event.respondWith(answer(event, place))
  if (request.mode === 'navigate') {
    // A link like /hello.txt in the frame: the frame goes to where that lies on the guest.
    if (request.destination === 'document') return
    const from = parseGuestUrl(scope, request.referrer)
    if (from !== undefined) event.respondWith(Promise.resolve(redirect(from, request.url)))
    else if (request.destination === 'iframe') event.respondWith(redirectByOpenFrame(request))
    return
  }
  if (event.clientId === '') return
  const from = parseGuestUrl(scope, request.referrer)
  if (from !== undefined) return event.respondWith(answerFor(event, from))
  event.respondWith(
    worker.clients.get(event.clientId).then((client) => {
      const page = client && parseGuestUrl(scope, client.url)
      return page ? answerFor(event, page) : fetch(request)
    }),
  )
})

/** Keeps method and body, as a form needs it. */
function redirect(from: GuestTarget, url: string): Response {
  return Response.redirect(urlOnGuest(scope, from, url) ?? guestRoot(scope, from), 307)
}

/** A page without referrer leads somewhere: whose it is shows when only one guest has a frame. */
async function redirectByOpenFrame(request: Request): Promise<Response> {
  const all = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const guests = all.flatMap(({ url }) => parseGuestUrl(scope, url) ?? [])
  const [first] = guests
  const same = guests.every(({ machine, port }) => machine === first!.machine && port === first!.port)
  return first !== undefined && same ? redirect(first, request.url) : fetch(request)
}

/** Answers what a page of the guest asks for by a URL that lies elsewhere. */
function answerFor(event: FetchEvent, page: GuestTarget): Promise<Response> {
  const url = urlOnGuest(scope, page, event.request.url)
  const place = url === undefined ? undefined : parseGuestUrl(scope, url)
  return place === undefined ? fetch(event.request) : answer(event, place)
}

async function answer(event: FetchEvent, place: GuestTarget): Promise<Response> {
  const { request } = event
  const navigation = request.mode === 'navigate'
  const page = await worker.clients.get(place.machine)
  if (page === undefined)
    return problemPage(
      'The page that ran this machine is closed.',
      'Open the player again: the guest then starts anew.',
    )
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD'
  const body = hasBody ? new Uint8Array(await request.arrayBuffer()) : undefined
  const guestRequest: GuestRequest = {
    guestPort: place.port,
    method: request.method,
    target: place.target,
    fields: requestFields(
      scope,
      { method: request.method, referrer: request.referrer, fields: request.headers },
      place.port,
    ),
    navigation,
    ...(body === undefined ? {} : { body }),
  }
  const { port1, port2 } = new MessageChannel()
  const message: RequestMessage = { kind: 'request', request: guestRequest }
  page.postMessage(message, [port2])
  const { response, over } = receive(port1, place, request)
  event.waitUntil(over)
  return response
}

/** The response that comes through `port`; `over` resolves when nothing more will. */
function receive(
  port: MessagePort,
  place: GuestTarget,
  request: Request,
): { readonly response: Promise<Response>; readonly over: Promise<void> } {
  const tell = (message: ResponseControl): void => port.postMessage(message)
  let finished = false
  let finish!: () => void
  const over = new Promise<void>((resolve) => {
    finish = () => {
      finished = true
      resolve()
    }
  })
  let untold = 0
  let controller!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start: (made) => void (controller = made),
      pull: () => {
        if (untold > 0) tell({ kind: 'taken', byteCount: untold })
        untold = 0
      },
      cancel: () => {
        tell({ kind: 'abort' })
        finish()
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: waitingBytesMax }),
  )
  request.signal.addEventListener('abort', () => {
    tell({ kind: 'abort' })
    finish()
  })
  const response = new Promise<Response>((resolve) => {
    port.onmessage = ({ data }: MessageEvent<ResponseMessage>) => {
      if (finished) return // the browser has given it up; this was under way
      switch (data.kind) {
        case 'head':
          return resolve(responseOf(data, place, request, stream))
        case 'body':
          untold += data.bytes.length
          return controller.enqueue(data.bytes as Uint8Array<ArrayBuffer>)
        case 'end':
          controller.close()
          return finish()
        case 'problem':
          resolve(problemPage(data.message, data.hint))
          controller.error(new TypeError(data.message))
          return finish()
      }
    }
  })
  return { response, over }
}

function responseOf(
  head: ResponseMessage & { readonly kind: 'head' },
  place: GuestTarget,
  { method }: Request,
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): Response {
  const { fields, coding, unknownCoding } = responseFields(scope, place, head.fields)
  if (unknownCoding !== undefined)
    return problemPage(
      `The guest packed its response as "${unknownCoding}", which a page cannot unpack.`,
      'Let it heed Accept-Encoding: identity, or use gzip.',
    )
  const bare = method === 'HEAD' || [204, 205, 304].includes(head.status)
  const body = bare
    ? null
    : coding === undefined
      ? stream
      : stream.pipeThrough(new DecompressionStream(coding))
  try {
    const headers = new Headers()
    for (const [name, value] of fields) headers.append(name, value)
    return new Response(body, { status: head.status, statusText: head.reason, headers })
  } catch (error) {
    return problemPage(`The guest's response is none that a browser takes: ${(error as Error).message}.`)
  }
}
