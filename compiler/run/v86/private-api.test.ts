import * as fs from 'node:fs'
import * as path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadImage } from '../image-file.ts'
import { buildGuest, removeGuestsAfterTests } from '../testing/guest.ts'
import { createEmulator } from './emulator.ts'
import type { V86Emulator } from './private-api.ts'
import { v86Folder } from './v86-folder.ts'
import { countEveryInstruction, lookAtEveryInstruction } from './virtual-time.ts'

removeGuestsAfterTests()

describe('the parts of v86 that are not promised', () => {
  let emulator: V86Emulator
  beforeAll(async () => {
    const image = loadImage(buildGuest('exit', 'i386'), 'i386', 1 << 24)
    if (!image.ok) throw new Error(image.problems[0]!.message)
    const options = { image: image.value, memoryBytes: 1 << 24, commandLine: '', net: true, measured: false }
    emulator = await createEmulator(options)
  })

  it('is the version that they were found in', () => {
    const { version } = JSON.parse(fs.readFileSync(path.join(v86Folder(), '..', 'package.json'), 'utf8')) as {
      version: string
    }
    expect(version.replace(/\+.*/, '')).toBe('0.5.462')
  })

  it('are all there', () => {
    const { v86: core, bus } = emulator
    for (const method of [core.do_tick, core.yield, core.yield_callback, core.stop, bus.send])
      expect(method).toBeTypeOf('function')
    expect(core.constructor.microtick).toBeTypeOf('function')
    expect(core.cpu.io.register_write).toBeTypeOf('function')
    expect(core.cpu.reboot_internal).toBeTypeOf('function')
    expect(core.cpu.mem8.length).toBe(1 << 24)
    expect(core.cpu.instruction_counter[0]).toBe(0)
    expect(core.cpu.in_hlt[0]).toBe(0)
    expect(core.cpu.devices.uart0.input.length).toBe(0)
  })

  it('keep the input that the guest has not read where its length can be seen', () => {
    emulator.serial_send_bytes(0, Uint8Array.of(1, 2, 3))
    expect(emulator.v86.cpu.devices.uart0.input.length).toBe(3)
  })

  it('have a network card with our address and a receive queue', () => {
    const card = emulator.v86.cpu.devices.virtio_net!
    expect([...card.mac]).toEqual([0x52, 0x54, 0, 0x12, 0x34, 0x56])
    expect(card.virtio.device_status).toBe(0)
    expect(card.virtio.queues[0]!.has_request).toBeTypeOf('function')
  })

  it('carry frames of the guest on net0-send', () => {
    const frames: Uint8Array[] = []
    emulator.add_listener('net0-send', (frame: Uint8Array) => frames.push(frame))
    // The card itself sends on the other half of the bus; what that half sends arrives here.
    const half = (
      emulator as unknown as { readonly emulator_bus: { send: (event: string, frame: Uint8Array) => void } }
    ).emulator_bus
    half.send('net0-send', Uint8Array.of(1))
    expect(frames).toEqual([Uint8Array.of(1)])
  })

  it('have one burst limit and one look limit in v86.wasm', () => {
    const wasm = fs.readFileSync(path.join(v86Folder(), 'v86.wasm'))
    const changed = countEveryInstruction(wasm)
    const differing = (bytes: Uint8Array): number =>
      bytes.reduce((count, byte, i) => count + (byte === wasm[i] ? 0 : 1), 0)
    expect(differing(changed)).toBe(7)
    expect(differing(lookAtEveryInstruction(wasm))).toBe(10)
    expect(() => countEveryInstruction(changed)).toThrow('burst limit')
  })
})
