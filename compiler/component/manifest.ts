/** The levels at which initialisers run, in order. Named once, here. */
export const initLevels = [
  'early',
  'cpu',
  'memory',
  'irq',
  'time',
  'bus',
  'device',
  'net',
  'fs',
  'app',
] as const
export type InitLevel = (typeof initLevels)[number]

/** The two flavours that azbuild builds for. */
export const arches = ['x86_64', 'i386'] as const
export type Arch = (typeof arches)[number]

/**
 * What a component says of itself, in its `component.ts`. Read from the syntax tree, never run: literals only.
 * `src/` is the list of sources; `src/<arch>/x.c` (or `x.S`) replaces `src/x.c`.
 */
export interface ComponentManifest {
  /** Its folder below components/: `drivers/virtio-net`, or `core` for an area that is one component. */
  readonly name: string
  /** The prompt in menuconfig. */
  readonly title: string
  readonly status: 'stable' | 'experimental'
  /** Flavours it exists for; both when absent. */
  readonly arch?: readonly Arch[]
  /** Interfaces of `components/api/interfaces.ts`. */
  readonly provides?: readonly string[]
  /** Interfaces that must be in the image for this component to work. */
  readonly needs?: readonly string[]
  /**
   * Interfaces that only some of its system calls need: `{ 'mm.heap': ['dup', 'fcntl'] }`. They are in the image only when the app can
   * reach one of those calls, so what refers to them must be reachable through nothing else.
   */
  readonly needsFor?: Readonly<Record<string, readonly string[]>>
  /** Interfaces it uses when they are there (weak defaults otherwise); decides only the order of initialisation. */
  readonly uses?: readonly string[]
  /** For an interface with many providers: true when an image that needs it takes this one without being told. */
  readonly preferred?: boolean
  /** System calls it implements: canonical name to C function. */
  readonly syscalls?: Readonly<Record<string, string>>
  /** Sources built only when a Kconfig symbol (without CONFIG_) is on: `{ 'multiqueue.c': 'SMP' }`. */
  readonly files?: Readonly<Record<string, string>>
  /** `int call(void)`, run once at its level; several calls are a list. */
  readonly init?: InitCall | readonly InitCall[]
  /** Devices it drives. */
  readonly binds?: {
    /** `vendor:device` in hexadecimal; probe `int f(const struct az_pci_device *)`. */
    readonly pci?: { readonly ids: readonly string[]; readonly probe: string }
    /** Device types of virtio 1.2 section 5; probe `int f(struct az_virtio_device *)`. */
    readonly virtio?: { readonly ids: readonly number[]; readonly probe: string }
  }
  /** Symbols the app or libc may refer to that mean this component is wanted: `['malloc', 'free']`. */
  readonly symbols?: readonly string[]
  /** Compiled for interrupt context: general registers only. File names below src/. */
  readonly irqSafe?: readonly string[]
  /** Most bytes it may have in an image, the larger of both flavours; held at every link. `text` is code and constants. */
  readonly budget?: { readonly text?: number; readonly data?: number; readonly bss?: number }
}

export interface InitCall {
  readonly level: InitLevel
  readonly call: string
}

/** Gives a manifest its type. Never called by azbuild, which reads the syntax tree. */
export function defineComponent(manifest: ComponentManifest): ComponentManifest {
  return manifest
}
