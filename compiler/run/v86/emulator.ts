import * as fs from 'node:fs'
import * as path from 'node:path'
import { pathToFileURL } from 'node:url'
import { makeEmulator } from './make-emulator.ts'
import type { EmulatorOptions } from './make-emulator.ts'
import { wasmRuntime } from './private-api.ts'
import type { V86Constructor, V86Emulator, V86Imports, WasmExports } from './private-api.ts'
import { countEveryInstruction, fixedRandom, virtualTime } from './virtual-time.ts'
import type { VirtualTime } from './virtual-time.ts'
import { v86Folder } from './v86-folder.ts'

/** v86's wasm offset of the 32-bit instruction counter, for the time before its CPU object exists. */
const instructionCounterOffset = 664

export interface NodeEmulatorOptions extends EmulatorOptions {
  /** No JIT, time driven by instructions, fixed randomness. Changes `Date` and `Math.random` of this thread. */
  readonly measured: boolean
}

/** The emulator of this process: v86 from its package; nothing runs yet. */
export async function createEmulator(options: NodeEmulatorOptions): Promise<V86Emulator> {
  const folder = v86Folder()
  const { V86 } = (await import(pathToFileURL(path.join(folder, 'libv86.mjs')).href)) as {
    V86: V86Constructor
  }
  const wasm = fs.readFileSync(path.join(folder, 'v86.wasm'))
  let memory: { readonly buffer: ArrayBuffer } | undefined
  const time = virtualTime(() => (memory === undefined ? 0 : counterOf(memory)))
  if (options.measured) {
    const random = fixedRandom()
    Math.random = random
    Date.now = time.dateMs
  }
  const load = async (imports: V86Imports): Promise<WasmExports> => {
    if (options.measured) useVirtualTime(imports, time)
    const bytes = options.measured ? countEveryInstruction(wasm) : wasm
    const { instance } = await wasmRuntime.instantiate(bytes, imports)
    memory = instance.exports['memory'] as { readonly buffer: ArrayBuffer }
    return instance.exports
  }
  const emulator = await makeEmulator(V86, load, { ...options, disableJit: options.measured })
  const core = emulator.v86
  if (options.measured) {
    core.constructor.microtick = time.read
    core.yield = (milliseconds, tick) => {
      if (core.cpu.in_hlt[0] !== 0) time.skip(milliseconds)
      setImmediate(() => core.yield_callback(tick))
    }
  }
  return emulator
}

function counterOf(memory: { readonly buffer: ArrayBuffer }): number {
  return new Uint32Array(memory.buffer, instructionCounterOffset, 1)[0]!
}

function useVirtualTime(imports: V86Imports, time: VirtualTime): void {
  const random = fixedRandom()
  imports.env['microtick'] = time.read
  imports.env['get_rand_int'] = () => (random() * 0x1_0000_0000) | 0
}
