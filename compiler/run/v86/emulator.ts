import * as fs from 'node:fs'
import * as path from 'node:path'
import { pathToFileURL } from 'node:url'
import { makeEmulator } from './make-emulator.ts'
import type { EmulatorOptions } from './make-emulator.ts'
import { wasmRuntime } from './private-api.ts'
import type { V86Constructor, V86Emulator, V86Imports, WasmExports } from './private-api.ts'
import { countEveryInstruction, fixedRandom, lookAtEveryInstruction, virtualTime } from './virtual-time.ts'
import type { VirtualTime } from './virtual-time.ts'
import { v86Folder } from './v86-folder.ts'

/** v86's wasm offset of the 32-bit instruction counter, for the time before its CPU object exists. */
const instructionCounterOffset = 664
/** The same of the linear address of the last instruction that was begun. */
const previousPointerOffset = 560

/** v86 rounds the time to its next timer down, to 0 in the end: time has to go on for the timer to come. */
const haltMsMin = 0.001

export interface NodeEmulatorOptions extends EmulatorOptions {
  /** No JIT, time driven by instructions, fixed randomness. Changes `Date` and `Math.random` of this thread. */
  readonly measured: boolean
  /** Called with the address of each instruction that the counter has counted, in order. Wants `measured`. */
  readonly onInstruction?: (address: number) => void
  /** Called instead of waiting while the processor is halted; `goOn` lets `milliseconds` of its time pass, or none. */
  readonly onHalt?: (milliseconds: number, goOn: (passes: boolean) => void) => void
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
    if (options.onInstruction) {
      const look = instructionObserver(() => memory!, options.onInstruction)
      imports.env['microtick'] = () => {
        look()
        return time.read()
      }
    }
    const change = options.onInstruction ? lookAtEveryInstruction : countEveryInstruction
    const bytes = options.measured ? change(wasm) : wasm
    const { instance } = await wasmRuntime.instantiate(bytes, imports)
    memory = instance.exports['memory'] as { readonly buffer: ArrayBuffer }
    return instance.exports
  }
  const emulator = await makeEmulator(V86, load, { ...options, disableJit: options.measured })
  const core = emulator.v86
  if (options.measured) {
    core.constructor.microtick = time.read
    core.yield = (milliseconds, tick) => {
      const goOn = (passes: boolean): void => {
        if (passes) time.skip(Math.max(milliseconds, haltMsMin))
        setImmediate(() => core.yield_callback(tick))
      }
      if (core.cpu.in_hlt[0] === 0) goOn(false)
      else if (options.onHalt) options.onHalt(milliseconds, goOn)
      else goOn(true)
    }
  }
  return emulator
}

function counterOf(memory: { readonly buffer: ArrayBuffer }): number {
  return new Uint32Array(memory.buffer, instructionCounterOffset, 1)[0]!
}

/** Returns what is to be called between any two instructions (more often does no harm): it sees from the counter that one has run. */
function instructionObserver(
  memoryOf: () => { readonly buffer: ArrayBuffer },
  onInstruction: (address: number) => void,
): () => void {
  let words = new Uint32Array(0)
  let count = 0
  return () => {
    if (words.length === 0) words = new Uint32Array(memoryOf().buffer, 0, instructionCounterOffset / 4 + 1)
    const now = words[instructionCounterOffset / 4]!
    if (now !== count) onInstruction(words[previousPointerOffset / 4]!)
    count = now
  }
}

function useVirtualTime(imports: V86Imports, time: VirtualTime): void {
  const random = fixedRandom()
  imports.env['microtick'] = time.read
  imports.env['get_rand_int'] = () => (random() * 0x1_0000_0000) | 0
}
