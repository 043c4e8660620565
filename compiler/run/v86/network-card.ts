import { InvariantError } from '../../diag/index.ts'
import { createGateway } from '../gateway/gateway.ts'
import type { Gateway } from '../gateway/gateway.ts'
import type { AllowedPeer, WireFaults } from '../request.ts'
import type { V86Emulator } from './private-api.ts'

/** Virtio 1.0 section 2.1. */
const DRIVER_OK = 4

/**
 * Joins v86's virtio network card to a gateway. v86 throws away a frame for which the guest has no buffer, so a frame
 * is made only when there is one.
 */
export function attachNetwork(
  emulator: V86Emulator,
  allowConnect: readonly AllowedPeer[],
  onNotice: (text: string) => void,
  wire?: WireFaults,
): Gateway {
  const card = emulator.v86.cpu.devices.virtio_net
  if (card === undefined) throw new InvariantError('v86 has no virtio network card')
  const { virtio } = card
  const gateway = createGateway({
    allowConnect,
    onNotice,
    wire,
    hasRoom: () => (virtio.device_status & DRIVER_OK) !== 0 && virtio.queues[0]!.has_request(),
    deliver: (frame) => emulator.bus.send('net0-receive', frame),
  })
  emulator.add_listener('net0-send', (frame: Uint8Array) => gateway.receive(frame))
  return gateway
}
