import { InvariantError } from '../../diag/index.ts'
import type { FrameSink } from '../usernet/network-pump.ts'
import type { V86Emulator } from './private-api.ts'

/** Virtio 1.0 section 2.1. */
const DRIVER_OK = 4

/**
 * v86's virtio network card as a sink for frames. v86 throws away a frame for which the guest has no buffer, so one is
 * made only when there is room.
 */
export function cardSink(emulator: V86Emulator): FrameSink {
  const card = emulator.v86.cpu.devices.virtio_net
  if (card === undefined) throw new InvariantError('v86 has no virtio network card')
  const { virtio } = card
  return {
    hasRoom: () => (virtio.device_status & DRIVER_OK) !== 0 && virtio.queues[0]!.has_request(),
    deliver: (frame) => emulator.bus.send('net0-receive', frame),
  }
}

/** Hears each frame that the guest sends through v86's card. */
export function onGuestFrame(emulator: V86Emulator, receive: (frame: Uint8Array) => void): void {
  emulator.add_listener('net0-send', receive)
}
