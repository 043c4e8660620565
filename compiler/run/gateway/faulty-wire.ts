import type { WireFaults } from '../request.ts'

/** How many later frames may overtake one that is held back. */
const overtakersMax = 4

/** One direction of a wire between the guest and our network. */
export interface Wire {
  /** The frames that come out when this one goes in: none, it, it twice, and those that it has overtaken. */
  readonly carry: (frame: Uint8Array) => readonly Uint8Array[]
  /** Whether a frame is held back that only a later one, or `release`, lets out. */
  readonly holding: () => boolean
  /** Lets out what is held back: no later frame is coming. */
  readonly release: () => readonly Uint8Array[]
}

interface Held {
  readonly frames: readonly Uint8Array[]
  overtakers: number
}

/** Loses, doubles and reorders frames. What happens to the n-th frame depends on the seed and on n alone. */
export function faultyWire(faults: WireFaults, direction: 'to-guest' | 'from-guest'): Wire {
  const random = generator(faults.seed * 2 + (direction === 'to-guest' ? 1 : 0))
  let held: Held[] = []
  const overtaken = (): readonly Uint8Array[] => {
    for (const one of held) one.overtakers -= 1
    const out = held.filter(({ overtakers }) => overtakers <= 0)
    held = held.filter(({ overtakers }) => overtakers > 0)
    return out.flatMap(({ frames }) => frames)
  }
  return {
    carry: (frame) => {
      // Always three numbers, so that one frame's fate does not move the next one's.
      const [lost, doubled, late] = [random(), random(), random()]
      if (lost < faults.loss) return []
      const frames = doubled < faults.duplicate ? [frame, frame] : [frame]
      if (late >= faults.reorder) return [...frames, ...overtaken()]
      const overtakers = 1 + Math.floor((late / faults.reorder) * overtakersMax)
      held.push({ frames: frames.map((one) => one.slice()), overtakers }) // the sender's memory is its own again
      return []
    },
    holding: () => held.length > 0,
    release: () => {
      const out = held
      held = []
      return out.flatMap(({ frames }) => frames)
    },
  }
}

/** Reproducible numbers in [0, 1), from any seed: splitmix32. */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 0x1_0000_0000
  }
}
