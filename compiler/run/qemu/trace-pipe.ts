import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as net from 'node:net'
import * as os from 'node:os'
import * as path from 'node:path'
import { fail, ok } from '../../diag/index.ts'
import type { Result } from '../../diag/index.ts'
import { qemuFailed } from '../diagnostics.ts'

/** A named pipe that QEMU logs to: it holds QEMU back while we are behind, and nothing of it lies on the disk. */
export interface TracePipe {
  readonly path: string
  /** Takes what has been written by now. QEMU writes a line at a time, so when it stands still this is all. */
  readonly drain: () => void
  readonly byteCount: () => number
  /** Removes the name: what is open stays open. */
  readonly unlink: () => void
  readonly close: () => void
}

export function openTracePipe(take: (piece: Uint8Array) => void): Result<TracePipe> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'azbuild-trace-'))
  const file = path.join(folder, 'log')
  const unlink = (): void => fs.rmSync(folder, { recursive: true, force: true })
  const made = spawnSync('mkfifo', ['-m', '600', file], { encoding: 'utf8' })
  if (made.status !== 0) {
    unlink()
    return fail(qemuFailed('mkfifo', made.stderr || made.error?.message || 'it cannot be run'))
  }
  // Open for writing too: so that it opens at once, and does not end when QEMU opens its end anew.
  const descriptor = fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_NONBLOCK)
  const socket = new net.Socket({ fd: descriptor, readable: true, writable: false })
  let byteCount = 0
  const count = (piece: Uint8Array): void => {
    byteCount += piece.length
    take(piece)
  }
  socket.on('data', count)
  socket.on('error', () => {})
  const buffer = Buffer.alloc(64 * 1024)
  const drain = (): void => {
    for (;;) {
      try {
        const length = fs.readSync(descriptor, buffer)
        if (length === 0) return
        count(buffer.subarray(0, length))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return
        throw error
      }
    }
  }
  return ok({ path: file, drain, byteCount: () => byteCount, unlink, close: () => void socket.destroy() })
}
