import { guestMac } from '../guest-network.ts'
import type { V86Constructor, V86Emulator, V86Options } from './private-api.ts'

export interface EmulatorOptions {
  readonly image: Uint8Array
  readonly memoryBytes: number
  readonly commandLine: string
  readonly net: boolean
}

/** Makes v86 with no BIOS and the image as its multiboot kernel; nothing runs yet. The same in Node and in a browser. */
export async function makeEmulator(
  V86: V86Constructor,
  load: V86Options['wasm_fn'],
  options: EmulatorOptions & { readonly disableJit: boolean },
): Promise<V86Emulator> {
  const emulator = new V86({
    wasm_fn: load,
    memory_size: options.memoryBytes,
    vga_memory_size: 1 << 20,
    multiboot: { buffer: Uint8Array.from(options.image).buffer },
    cmdline: options.commandLine,
    net_device: { type: options.net ? 'virtio' : 'none' },
    disable_keyboard: true,
    disable_mouse: true,
    disable_speaker: true,
    disable_jit: options.disableJit,
    autostart: false,
  })
  await new Promise<void>((resolve) => emulator.add_listener('emulator-loaded', () => resolve()))
  const { virtio_net } = emulator.v86.cpu.devices
  if (virtio_net !== undefined) virtio_net.mac = guestMac
  return emulator
}
