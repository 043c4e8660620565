import * as fs from 'node:fs'

/** The ids of the processes whose command line holds `text`, from Linux's /proc. */
export function processesWith(text: string): readonly number[] {
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && commandOf(name).includes(text))
    .map(Number)
    .filter((pid) => pid !== process.pid)
}

function commandOf(pid: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return '' // it has just ended
  }
}

/** Waits until `holds` does, for ten seconds at most; returns whether it did. */
export async function eventually(holds: () => boolean): Promise<boolean> {
  const until = Date.now() + 10_000
  while (!holds() && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20))
  return holds()
}
