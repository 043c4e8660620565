/** Which way an arrow key goes; `undefined` for another key. */
const directions: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/**
 * One stop of Tab for a whole picture; arrow keys go to the nearest of `items` on that side. `items` are asked for anew each time, as a
 * picture is drawn again when it is zoomed.
 */
export function roving(container: HTMLElement, items: () => readonly HTMLElement[]): void {
  container.addEventListener('keydown', (event) => {
    const direction = directions[event.key]
    const from = document.activeElement
    if (!direction || !(from instanceof HTMLElement) || !items().includes(from)) return
    event.preventDefault()
    const next = nearest(from, items(), direction)
    if (!next) return
    for (const item of items()) item.tabIndex = item === next ? 0 : -1
    next.focus()
  })
}

/** The item on one side that is nearest; being in line counts more than being close. */
function nearest(
  from: HTMLElement,
  items: readonly HTMLElement[],
  [dx, dy]: readonly [number, number],
): HTMLElement | undefined {
  const here = middle(from)
  let best: HTMLElement | undefined
  let least = Infinity
  for (const item of items) {
    if (item === from) continue
    const there = middle(item)
    const along = (there.x - here.x) * dx + (there.y - here.y) * dy
    const across = Math.abs((there.x - here.x) * dy) + Math.abs((there.y - here.y) * dx)
    const cost = along + 2 * across
    if (along > 1 && cost < least) [best, least] = [item, cost]
  }
  return best
}

function middle(item: HTMLElement): { x: number; y: number } {
  const { left, top, width, height } = item.getBoundingClientRect()
  return { x: left + width / 2, y: top + height / 2 }
}
