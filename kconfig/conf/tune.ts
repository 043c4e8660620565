/**
 * Tells V8, before it has anything to do, that this is a program of half a second which keeps most of what it makes: new
 * objects get room at once instead of being copied around while that room grows, and only what runs very often is optimized,
 * without much inlining, because a processor that optimizes runs no `$(shell,...)`. V8 complains about flags it lacks, so
 * only versions of Node that were tried are told.
 */
import { setFlagsFromString } from 'node:v8'

const major = Number(process.versions.node.split('.')[0])
if (major >= 20 && major <= 24) {
  setFlagsFromString('--semi-space-growth-factor=16')
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=200')
}
if (major === 20) setFlagsFromString('--interrupt-budget=400000')
