import type { Duplex } from 'node:stream'
import { createGateway } from '../gateway/gateway.ts'
import type { Gateway } from '../gateway/gateway.ts'
import type { AllowedPeer, WireFaults } from '../request.ts'
import { frameBatch, frameReader } from './frame-stream.ts'

/** Bytes on their way to QEMU at which frames wait with us: it takes no more while the guest's ring is full. */
const waitingBytesMax = 256 * 1024

/** Joins QEMU's end of a `-netdev socket` to a gateway. Nothing is sent before a port opens or the guest speaks. */
export function attachNetwork(
  stream: Duplex,
  allowConnect: readonly AllowedPeer[],
  onNotice: (text: string) => void,
  wire?: WireFaults,
): Gateway {
  const batch = frameBatch()
  const gateway = createGateway({
    allowConnect,
    onNotice,
    wire,
    hasRoom: () => stream.writableLength + batch.byteCount() < waitingBytesMax,
    deliver: batch.add,
    onBurstEnd: () => {
      if (batch.byteCount() > 0 && stream.writable) stream.write(batch.take())
    },
  })
  const read = frameReader(gateway.receive)
  stream.on('data', (piece: Uint8Array) => {
    if (read(piece)) return
    onNotice('QEMU and azbuild disagree about the frames of the network: it is cut off')
    stream.destroy()
  })
  stream.on('drain', gateway.pump)
  return gateway
}
