/**
 * The parts of v86 0.5.462 that azbuild uses. Its own declarations leave most of them out, and none is promised: the
 * version is pinned in package.json, and `private-api.test.ts` checks every one.
 */
export interface V86Emulator {
  readonly add_listener: (event: string, listener: (value: never) => void) => void
  readonly bus: { readonly send: (event: string, value: unknown) => void }
  readonly run: () => void
  /** Ends the current tick and runs no further one until `run`. */
  readonly stop: () => Promise<void>
  readonly destroy: () => Promise<void>
  readonly serial_send_bytes: (serial: number, bytes: Uint8Array) => void
  readonly get_instruction_counter: () => number
  readonly v86: V86Core
}

export interface V86Core {
  do_tick: () => void
  /** Waits `milliseconds` of the guest's idle time, then runs the tick. */
  yield: (milliseconds: number, tick: number) => void
  readonly yield_callback: (tick: number) => void
  readonly stop: () => void
  /** The class; `microtick` is its clock in milliseconds. */
  readonly constructor: { microtick: () => number }
  readonly cpu: V86Cpu
}

export interface V86Cpu {
  readonly io: {
    readonly register_write: (
      port: number,
      device: { readonly name: string },
      write8: (value: number) => void,
      write16: (value: number) => void,
      write32: (value: number) => void,
    ) => void
  }
  /** Physical memory. Replaced when wasm memory grows: never keep it. */
  readonly mem8: Uint8Array
  readonly instruction_counter: Uint32Array
  readonly in_hlt: Uint8Array
  reboot_internal: () => void
  readonly devices: {
    readonly uart0: { readonly input: { readonly length: number } }
    readonly virtio_net?: {
      mac: Uint8Array
      readonly virtio: {
        /** Bit 2 is DRIVER_OK (virtio 1.0 section 2.1). */
        readonly device_status: number
        readonly queues: readonly { readonly has_request: () => boolean }[]
      }
    }
  }
}

export interface V86Imports {
  readonly env: Record<string, unknown>
}

export type WasmExports = Readonly<Record<string, unknown>>

/** The part of WebAssembly's JavaScript interface that is used here; the DOM library is not among our types. */
export const wasmRuntime = (
  globalThis as unknown as {
    readonly WebAssembly: {
      readonly instantiate: (
        bytes: Uint8Array,
        imports: V86Imports,
      ) => Promise<{ readonly instance: { readonly exports: WasmExports } }>
    }
  }
).WebAssembly

export interface V86Options {
  readonly wasm_fn: (imports: V86Imports) => Promise<WasmExports>
  readonly memory_size: number
  readonly vga_memory_size: number
  readonly multiboot: { readonly buffer: ArrayBuffer }
  readonly cmdline: string
  readonly net_device: { readonly type: 'virtio' | 'none' }
  readonly disable_keyboard: true
  readonly disable_mouse: true
  readonly disable_speaker: true
  readonly disable_jit: boolean
  readonly autostart: false
}

export type V86Constructor = new (options: V86Options) => V86Emulator
