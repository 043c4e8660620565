import type { Outside } from '../user-network.ts'
import { UserNetwork } from '../user-network.ts'
import { earlier } from '../tcp-sender.ts'
import { SimulatedGuest } from './simulated-guest.ts'

/** What happens to frames on the way, each with a probability from 0 to 1. */
export interface Faults {
  readonly drop?: number
  readonly duplicate?: number
  /** Arrives up to 20 ms late, so that later frames overtake it. */
  readonly delay?: number
}

interface Flying {
  readonly arrivesMs: number
  readonly order: number
  readonly frame: Uint8Array
  readonly to: 'guest' | 'network'
}

export interface Simulation {
  readonly network: UserNetwork
  readonly guest: SimulatedGuest
  readonly nowMs: () => number
  /** Runs until `done` holds or `limitMs` of simulated time have passed; returns whether it held. */
  readonly run: (done: () => boolean, limitMs?: number) => boolean
  readonly frameCount: () => number
}

/** The user-mode network and a guest, joined by a link with faults, in simulated time. */
export function simulate(seed: number, faults: Faults = {}, outside: Partial<Outside> = {}): Simulation {
  const random = generator(seed)
  let nowMs = 0
  let order = 0
  let frames = 0
  const flying: Flying[] = []
  const guest = new SimulatedGuest(() => nowMs, random)
  const network = new UserNetwork({
    now: () => nowMs,
    random,
    wake: () => {},
    outside: {
      onConnect: (connection) => connection.refuse(),
      onDatagram: () => false,
      onHostDatagram: () => false,
      onQuestion: (_, answer) => answer('refused'),
      ...outside,
    },
  })
  const launch = (frame: Uint8Array, to: Flying['to']): void => {
    frames += 1
    if (random() < (faults.drop ?? 0)) return
    const copies = random() < (faults.duplicate ?? 0) ? 2 : 1
    for (let i = 0; i < copies; i++) {
      const late = random() < (faults.delay ?? 0) ? random() * 20 : 0
      flying.push({ arrivesMs: nowMs + 0.01 + late, order: order++, frame: frame.slice(), to })
    }
  }
  const step = (): void => {
    for (let frame = network.takeFrame(); frame !== undefined; frame = network.takeFrame())
      launch(frame, 'guest')
    for (let frame = guest.takeFrame(); frame !== undefined; frame = guest.takeFrame())
      launch(frame, 'network')
    flying.sort((a, b) => a.arrivesMs - b.arrivesMs || a.order - b.order)
    const deadline = earlier(network.deadline(), guest.deadline())
    const next = flying[0]
    if (next !== undefined && (deadline === undefined || next.arrivesMs <= deadline)) {
      nowMs = Math.max(nowMs, next.arrivesMs)
      flying.shift()
      if (next.to === 'guest') guest.receive(next.frame)
      else network.receive(next.frame)
      return
    }
    nowMs = deadline === undefined ? nowMs + 1000 : Math.max(nowMs, deadline)
    network.expire()
    guest.expire()
  }
  return {
    network,
    guest,
    nowMs: () => nowMs,
    frameCount: () => frames,
    run: (done, limitMs = 600_000) => {
      const until = nowMs + limitMs
      while (!done() && nowMs < until) step()
      return done()
    },
  }
}

/** Reproducible numbers in [0, 1): xorshift32. */
export function generator(seed: number): () => number {
  let state = (seed * 0x9e3779b1) | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 0x1_0000_0000
  }
}

/** Bytes that repeat with no power of two, so that a piece in the wrong place shows. */
export function pattern(byteCount: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(byteCount)
  for (let i = 0; i < byteCount; i++) bytes[i] = (i * 31 + (i >>> 8) * 7 + seed) % 251
  return bytes
}

/** Gathers pieces of data. */
export function collector(): {
  readonly take: (bytes: Uint8Array) => void
  readonly bytes: () => Uint8Array
} {
  const pieces: Uint8Array[] = []
  return { take: (bytes) => void pieces.push(bytes.slice()), bytes: () => Buffer.concat(pieces) }
}
