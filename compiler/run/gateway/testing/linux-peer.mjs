// Servers that run on Linux's TCP in the guest's place: 7007 echoes, 7008 sends as many bytes as the line asks for, 7009 returns the
// SHA-256 of what it got, 7010 connects outwards to the port in the line and tells how that went.
import { createHash } from 'node:crypto'
import * as net from 'node:net'

const listen = (port, serve) => net.createServer({ allowHalfOpen: true }, serve).listen(port, '0.0.0.0')
const line = (socket, take) => socket.once('data', (bytes) => take(Number(bytes)))

listen(7007, (socket) => socket.on('error', () => {}).pipe(socket))
listen(7008, (socket) => line(socket, (count) => socket.end(Buffer.alloc(count, 'pattern'))))
listen(7009, (socket) => {
  const hash = createHash('sha256')
  socket.on('data', (bytes) => hash.update(bytes)).on('end', () => socket.end(hash.digest('hex')))
})
listen(7010, (socket) =>
  line(socket, (port) => {
    const outward = net.connect(port, '10.0.2.2', () => outward.write('hello'))
    outward.on('data', (bytes) => socket.end(bytes)).on('error', (error) => socket.end(error.code))
  }),
)
