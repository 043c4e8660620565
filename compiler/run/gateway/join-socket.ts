import type { Socket } from 'node:net'
import type { TcpConnection, TcpEvents } from '../usernet/tcp-connection.ts'

/** Bytes on their way to the guest at which reading from the host's socket stops, and goes on. */
const queuedBytesHigh = 256 * 1024
const queuedBytesLow = 64 * 1024

/**
 * Joins a socket of the host with a connection to the guest, which `open` makes: data both ways, each held back by
 * the other's pace, each direction closed apart, resets passed on. The socket must allow being half open.
 */
export function joinSocket(socket: Socket, open: (events: TcpEvents) => TcpConnection | undefined): void {
  let ended = false
  let corked = false
  const connection = open({
    onData: (bytes) => {
      if (!corked) {
        corked = true
        socket.cork()
        process.nextTick(() => {
          corked = false
          socket.uncork()
        })
      }
      socket.write(bytes, () => connection?.consumed(bytes.length))
    },
    onEnd: () => void socket.end(),
    onSent: () => {
      if (socket.isPaused() && connection !== undefined && connection.queuedBytes < queuedBytesLow)
        socket.resume()
    },
    onClose: (reason) => {
      if (reason !== 'done' && reason !== 'aborted') socket.resetAndDestroy()
    },
  })
  if (connection === undefined) return void socket.destroy()
  socket.setNoDelay(true)
  socket.on('data', (bytes) => {
    connection.write(bytes)
    if (connection.queuedBytes > queuedBytesHigh) socket.pause()
  })
  socket.on('end', () => {
    ended = true
    connection.end()
  })
  socket.on('error', () => {}) // 'close' follows
  socket.on('close', () => {
    if (!(ended && socket.writableFinished)) connection.abort()
  })
}
