import type { RequestMessage, WhoAmI } from '../../compiler/play/page/messages.ts'

/** The service worker that brings requests of the frame to this page. */
export interface Service {
  /** The absolute URL of the player's folder. */
  readonly scope: string
  /** By what name it knows this page. */
  readonly machine: string
}

/** What keeps the guest's page from being shown, and what to do about it. */
export class NoService extends Error {
  readonly hint: string
  constructor(message: string, hint: string) {
    super(message)
    this.hint = hint
  }
}

/** Starts the service worker; throws `NoService` where there can be none. */
export async function startService(
  onRequest: (message: RequestMessage, port: MessagePort) => void,
): Promise<Service> {
  if (!window.isSecureContext)
    throw new NoService(
      "The guest's page cannot be shown, because this page came over plain http from another machine.",
      'Serve it over https, or open it as localhost or 127.0.0.1 on the machine that serves it.',
    )
  if (!('serviceWorker' in navigator))
    throw new NoService(
      "The guest's page cannot be shown, because this browser has no service workers here.",
      'A private window may be the reason; else use a current Firefox, Chrome, Edge or Safari.',
    )
  try {
    await navigator.serviceWorker.register('service-worker.js', { scope: './', updateViaCache: 'none' })
  } catch (error) {
    throw new NoService(
      `The guest's page cannot be shown: the service worker did not start (${(error as Error).message}).`,
      'service-worker.js has to lie beside this page and come as text/javascript; cookies of the site must not be blocked.',
    )
  }
  const registration = await navigator.serviceWorker.ready
  navigator.serviceWorker.onmessage = ({ data, ports }: MessageEvent<RequestMessage>) => {
    if (data.kind === 'request' && ports[0] !== undefined) onRequest(data, ports[0])
  }
  const machine = await new Promise<string>((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = ({ data }: MessageEvent<string>) => resolve(data)
    const question: WhoAmI = { kind: 'who-am-i' }
    registration.active!.postMessage(question, [port2])
  })
  return { scope: registration.scope, machine }
}
