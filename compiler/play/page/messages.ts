/** What page, worker and service worker of the player say to each other. */
import type { SymbolTable } from './symbol-table.ts'

/** `machine.json`: what a page has to know of the image that it boots. */
export interface MachineDescription {
  readonly name: string
  readonly imageBytes: number
  readonly memoryBytes: number
  /** Whether the image has a network device. */
  readonly net: boolean
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** `symbols.json`: fetched when the guest panics; null when the image was built without. */
export type SymbolsFile = SymbolTable | null

type Field = readonly [name: string, value: string]

/** A request that the guest is to answer. */
export interface GuestRequest {
  readonly guestPort: number
  readonly method: string
  readonly target: string
  readonly fields: readonly Field[]
  readonly body?: Uint8Array
  /** The frame goes to another page, rather than a page fetching a part of itself. */
  readonly navigation: boolean
}

/** From page to service worker, with a port that the answer comes through: the name by which it finds this page. */
export interface WhoAmI {
  readonly kind: 'who-am-i'
}

/** From service worker to page, and on to the worker with the machine, with a port for the response. */
export interface RequestMessage {
  readonly kind: 'request'
  readonly request: GuestRequest
}

/** A response on its way to the service worker. */
export type ResponseMessage =
  | {
      readonly kind: 'head'
      readonly status: number
      readonly reason: string
      readonly fields: readonly Field[]
    }
  | { readonly kind: 'body'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }
  /** `hint` is the next step; both are sentences. */
  | { readonly kind: 'problem'; readonly message: string; readonly hint?: string }

/** The service worker's word on a response. */
export type ResponseControl =
  { readonly kind: 'taken'; readonly byteCount: number } | { readonly kind: 'abort' }
