import * as fs from 'node:fs'
import type { Protocol } from './request.ts'

const TCP_LISTEN = '0A'

/** Names the process that holds a local port (`node (pid 4711)`), where Linux's /proc tells; undefined elsewhere. */
export function portOwner(protocol: Protocol, port: number): string | undefined {
  const inodes = new Set<string>()
  for (const file of [`/proc/net/${protocol}`, `/proc/net/${protocol}6`]) {
    for (const line of readLines(file).slice(1)) {
      const fields = line.trim().split(/\s+/)
      const localPort = Number.parseInt(fields[1]?.split(':')[1] ?? '', 16)
      if (localPort === port && (protocol === 'udp' || fields[3] === TCP_LISTEN))
        inodes.add(`socket:[${fields[9]}]`)
    }
  }
  if (inodes.size === 0) return undefined
  for (const pid of list('/proc').filter((name) => /^\d+$/.test(name))) {
    const holds = list(`/proc/${pid}/fd`).some((fd) => inodes.has(link(`/proc/${pid}/fd/${fd}`)))
    if (holds) return `${readLines(`/proc/${pid}/comm`)[0] ?? 'a process'} (pid ${pid})`
  }
  return undefined
}

function readLines(file: string): readonly string[] {
  try {
    return fs.readFileSync(file, 'utf8').split('\n')
  } catch {
    return []
  }
}

function list(folder: string): readonly string[] {
  try {
    return fs.readdirSync(folder)
  } catch {
    return []
  }
}

function link(file: string): string {
  try {
    return fs.readlinkSync(file)
  } catch {
    return ''
  }
}
