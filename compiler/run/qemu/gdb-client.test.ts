import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { missingTool, titled } from '../../../test/support/tools.ts'
import type { GuestArch } from '../request.ts'
import { buildGuest, guestStamps, removeGuestsAfterTests, stampsInstructions } from '../testing/guest.ts'
import { planQemuArguments } from './command.ts'
import { findQemu } from './find.ts'
import { gdbClient } from './gdb-client.ts'
import { gdbPacketReader, renderGdbPacket } from './gdb-packet.ts'
import { startQemu, type QemuProcess } from './process.ts'
import { qmpClient } from './qmp.ts'

const missing = missingTool('qemu-system-x86_64', 'qemu-system-i386')
removeGuestsAfterTests()
let qemu: QemuProcess | undefined
afterEach(async () => {
  qemu?.kill()
  await qemu?.ended
})

it('reads packets in any pieces, with runs and escapes, and leaves out a wrong one', () => {
  const { take } = gdbPacketReader()
  expect(take(`+${renderGdbPacket('OK')}$T0`)).toEqual(['OK'])
  expect(take('5#b9$no#00')).toEqual(['T05'])
  expect(take(renderGdbPacket('0* 1}\x03'))).toEqual(['00001#'])
})

it.skipIf(missing !== undefined).each<GuestArch>(['x86_64', 'i386'])(
  titled('stops, steps, reads and writes a guest: %s', missing),
  async (arch) => {
    const program = findQemu(arch)
    if (!program.ok) throw new Error(program.problems[0]!.message)
    const image = buildGuest('stamps', arch, { COUNT: 1000 })
    const entry = BigInt(new DataView(fs.readFileSync(image).buffer).getUint32(24, true))
    const args = planQemuArguments({
      image,
      commandLine: '',
      memoryBytes: 16 << 20,
      machine: 'q35',
      cpu: 'max',
      network: 'none',
      rng: false,
      counted: true,
      outlivesExit: true,
      debugged: true,
      extra: [],
    })
    qemu = startQemu(program.value, ['-S', ...args], path.dirname(image))
    await qmpClient(qemu.qmp, () => {}).execute('qmp_capabilities')
    const gdb = gdbClient(qemu.gdb)
    const start = await gdb.registers()
    expect(start).toMatchObject({ arch, programCounter: 0xfff0n })

    await gdb.setBreakpoint(entry)
    expect(await gdb.resume()).toEqual({ kind: 'signal', signal: 5 })
    expect((await gdb.registers()).programCounter).toBe(entry)
    expect(await gdb.step()).toEqual({ kind: 'signal', signal: 5 })
    const { general, stackPointer } = await gdb.registers()
    expect(general[arch === 'i386' ? 'esp' : 'rsp']).toBe(stackPointer)

    // Past its second stamp the guest sends a record whose text lies at %esi; we write over the stamp before.
    const stamps = async (): Promise<bigint[]> => {
      const bytes = (await gdb.readMemory(BigInt(guestStamps.entryAddress), 16))!
      const view = new DataView(bytes.buffer)
      return [view.getBigUint64(0, true), view.getBigUint64(8, true)]
    }
    await gdb.writeMemory(BigInt(guestStamps.mainAddress), Uint8Array.of(1, 2, 3))
    expect(await stamps()).toEqual([0n, 0x030201n])
    let [first, second] = await stamps()
    while (second! <= first! || first === 0n) {
      const running = gdb.resume()
      await new Promise((resolve) => setTimeout(resolve, 20))
      gdb.interrupt()
      expect(await running).toMatchObject({ kind: 'signal' })
      ;[first, second] = await stamps()
    }
    expect(second! - first!).toBe(BigInt(stampsInstructions(1000)))

    qemu.kill()
    await expect(gdb.resume()).rejects.toThrow('QEMU is gone')
  },
)
