import type { Result } from '../diag/index.ts'

export type GuestArch = 'i386' | 'x86_64'

export type Protocol = 'tcp' | 'udp'

/** A port of the host that leads to one of the guest. */
export interface PortForward {
  readonly protocol: Protocol
  /** 0 lets the host choose a free one. */
  readonly hostPort: number
  readonly guestPort: number
}

/** A place outside that the guest may open TCP connections to; `host` is a name, an address or `*`. */
export interface AllowedPeer {
  readonly host: string
  /** 0 stands for every port. */
  readonly port: number
}

/** What goes wrong with frames between the guest and azbuild's network, in each direction: probabilities from 0 to 1. */
export interface WireFaults {
  readonly loss: number
  /** Of being held back until up to four later frames have passed. */
  readonly reorder: number
  readonly duplicate: number
  /** The same seed does the same to the same frames. */
  readonly seed: number
}

export type NetworkName = 'azbuild' | 'qemu'

/** Measures instead of serving: no wall clock, no randomness, one instruction is one tick of the TSC. */
export interface Measurement {
  /** Physical addresses of the 8-byte stamps that the image writes at kernel entry and before `main`. */
  readonly entryAddress: number
  readonly mainAddress: number
  /** End the run at the first record that shows that `main` was reached: for an app that never ends by itself. */
  readonly stopAtMain: boolean
}

/** Stops the machine again and again for a look at its stack. */
export interface StackSampling {
  readonly everyMs: number
  /** Whether an address lies in code that interrupts and faults enter through: nobody called what is there. */
  readonly isTrapEntry: (address: bigint) => boolean
  /** Call sites from the outermost on, at the end the instruction that was to run next. */
  readonly onStack: (stack: readonly bigint[]) => void
}

/** What the user learns while the guest runs. */
export type RunEvent =
  | {
      readonly kind: 'listening'
      readonly protocol: Protocol
      readonly host: string
      readonly port: number
      readonly guestPort: number
    }
  | { readonly kind: 'unlistening'; readonly protocol: Protocol; readonly guestPort: number }
  /** A program was started: what `-v` shows. */
  | { readonly kind: 'command'; readonly program: string; readonly args: readonly string[] }
  /** A line for stderr: something the user should know, nothing that ends the run. */
  | { readonly kind: 'notice'; readonly text: string }

/** A Linux kernel in the place of an image (QEMU only): for what is compared with az. */
export interface LinuxBoot {
  /** The initramfs. Its first process speaks `host.link`, and takes the app's arguments as its own. */
  readonly initrd: string
  /** Words for the kernel, before those that an image gets too. */
  readonly commandLine: string
  /** One instruction is one nanosecond of the machine's clock. */
  readonly counted: boolean
}

export interface RunRequest {
  /** The ELF file that boots: PVH for QEMU, multiboot 1 for v86. With `linux`, a bzImage. */
  readonly image: string
  readonly linux?: LinuxBoot
  readonly arch: GuestArch
  readonly memoryBytes: number
  /** Whether the image has a network device to attach. */
  readonly net: boolean
  /** Whether the image has a driver for an entropy device (QEMU; v86's processor has RDRAND). */
  readonly rng?: boolean
  /** Where the ports that the guest listens on appear; one not named here appears under its own number. */
  readonly ports?: readonly PortForward[]
  /** A port that `ports` does not name appears under any free one in place of its own number. */
  readonly freePorts?: boolean
  readonly allowConnect?: readonly AllowedPeer[]
  /** Whose user-mode network the guest's card is on: azbuild's (default), or QEMU's own (QEMU only). */
  readonly network?: NetworkName
  /** A bad wire to test the app on; azbuild's network only. */
  readonly wire?: WireFaults
  readonly env?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
  readonly timeoutSeconds?: number
  /** QEMU only: `q35` (default), `pc` or `microvm`. */
  readonly machine?: string
  /** QEMU only: `max` by default. */
  readonly cpu?: string
  /** QEMU only: appended to its command line as they are. */
  readonly qemuArgs?: readonly string[]
  readonly measurement?: Measurement
  /** QEMU only. */
  readonly sampling?: StackSampling
  /** Bytes for the guest's console; its end reaches the guest as one 0x04 (EOT). Absent: no input, no end. */
  readonly input?: AsyncIterable<Uint8Array>
  /** `input` is a terminal in raw mode (`openTerminal`), so the guest's console behaves as one. */
  readonly terminal?: boolean
  /** The guest's console output, in order. A promise holds the guest back until it settles. */
  readonly onConsole: (bytes: Uint8Array) => void | Promise<void>
  readonly onEvent: (event: RunEvent) => void
  /** Ends the run (Ctrl-C); the outcome is `interrupted`. */
  readonly signal?: AbortSignal
}

/** How a run ended. */
export type RunOutcome =
  | { readonly kind: 'exit'; readonly status: number; readonly bootInstructions?: number }
  /** `addresses` are return addresses in the image, innermost first; `buildId` is in hexadecimal. */
  | { readonly kind: 'panic'; readonly buildId: string; readonly addresses: readonly bigint[] }
  /** The guest stopped without a word: triple fault, reset, dead halt, or the emulator gave up. */
  | { readonly kind: 'fault'; readonly reason: string }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'interrupted' }
  /** A measurement with `stopAtMain` got there. */
  | { readonly kind: 'main'; readonly bootInstructions: number }

/** Something that can run an image. Resolves when the machine is gone and nothing of it is left behind. */
export interface Runner {
  readonly name: 'v86' | 'qemu'
  readonly run: (request: RunRequest) => Promise<Result<RunOutcome>>
}
