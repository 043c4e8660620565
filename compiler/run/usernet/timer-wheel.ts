/** Times are rounded up to so many milliseconds. */
const slotMs = 8
const slotCount = 2048

/**
 * Timers by name (Varghese and Lauck's hashed wheel), so that a deadline costs the same with one connection and with 20,000. A timer may
 * come due early, and then has to be set again: a deadline that only moves away costs nothing, and one beyond the wheel comes back
 * after a turn.
 */
export interface TimerWheel {
  readonly set: (name: string, deadlineMs: number) => void
  /** The names whose time has come, or may have; they are forgotten. */
  readonly takeDue: (nowMs: number) => readonly string[]
  /** When `takeDue` should be called next. */
  readonly deadline: () => number | undefined
}

export function timerWheel(): TimerWheel {
  const slots: (string[] | undefined)[] = new Array<undefined>(slotCount).fill(undefined)
  const slotOf = new Map<string, number>()
  let base = 0 // every slot before this one has been taken
  let first: number | undefined

  const findFirst = (): number | undefined => {
    if (slotOf.size === 0) return undefined
    for (let slot = base; ; slot++) if (slots[slot % slotCount] !== undefined) return slot
  }
  return {
    deadline: () => (first === undefined ? undefined : first * slotMs),
    set: (name, deadlineMs) => {
      const slot = Math.min(Math.max(Math.ceil(deadlineMs / slotMs), base), base + slotCount - 1)
      const old = slotOf.get(name)
      if (old !== undefined && old <= slot) return
      slotOf.set(name, slot) // an entry in a later slot is passed over when that one is taken
      ;(slots[slot % slotCount] ??= []).push(name)
      if (first === undefined || slot < first) first = slot
    },
    takeDue: (nowMs) => {
      const now = Math.floor(nowMs / slotMs)
      const due: string[] = []
      for (; first !== undefined && first <= now; first = findFirst()) {
        for (const name of slots[first % slotCount]!) {
          if (slotOf.get(name) !== first) continue
          slotOf.delete(name)
          due.push(name)
        }
        slots[first % slotCount] = undefined
        base = first + 1
      }
      base = Math.max(base, now + 1)
      return due
    },
  }
}
