import type { MachineDescription } from '../../compiler/play/page/messages.ts'
import { byId } from './dom.ts'

export interface Stats {
  readonly start: () => void
  /** Instructions since the start. */
  readonly count: (instructions: number) => void
  readonly stop: () => void
}

const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })
const whole = new Intl.NumberFormat('en')

/** The line with uptime, instructions and speed. */
export function openStats(description: MachineDescription): Stats {
  byId('stats').hidden = false
  byId('memory').textContent = renderSize(description.memoryBytes)
  byId('image').textContent = `${whole.format(description.imageBytes)} bytes`
  let startMs = 0
  let lastMs = 0
  let last = 0
  let timer: ReturnType<typeof setInterval> | undefined
  const showUptime = (): void => {
    const seconds = Math.floor((performance.now() - startMs) / 1000)
    byId('uptime').textContent =
      seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  }
  return {
    start: () => {
      startMs = lastMs = performance.now()
      last = 0
      clearInterval(timer)
      timer = setInterval(showUptime, 1000)
      showUptime()
    },
    count: (instructions) => {
      const nowMs = performance.now()
      const perSecond = ((instructions - last) / Math.max(nowMs - lastMs, 1)) * 1000
      byId('instructions').textContent = short.format(instructions)
      byId('speed').textContent = `${(perSecond / 1e6).toFixed(perSecond < 1e7 ? 1 : 0)} MIPS`
      lastMs = nowMs
      last = instructions
    },
    stop: () => clearInterval(timer),
  }
}

function renderSize(bytes: number): string {
  const mebibytes = bytes / 2 ** 20
  return mebibytes >= 1 ? `${Number(mebibytes.toFixed(1))} MiB` : `${Math.round(bytes / 1024)} KiB`
}
