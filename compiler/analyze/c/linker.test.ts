import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorkshop, TEST_ARCHES, type TestArch, type Workshop } from '../../../test/support/compile.ts'
import { analyzeC } from './analyze-c.ts'

/** Programs made at random, in which our reachable sections must be exactly those that ld.lld keeps. */

const NAMES = ['main', 'alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'eta', 'theta', 'iota'] as const

const definition = fc.record({
  name: fc.constantFrom(...NAMES.slice(1)),
  binding: fc.constantFrom('global', 'global', 'weak', 'local'),
  place: fc.constantFrom('text', 'data', 'group', 'init', 'retain'),
  references: fc.array(fc.record({ name: fc.constantFrom(...NAMES), weak: fc.boolean() }), { maxLength: 3 }),
})
type Definition = typeof definition extends fc.Arbitrary<infer T> ? T : never

const unit = fc.uniqueArray(definition, { selector: (one) => one.name, maxLength: 5 })
const programs = fc.record({
  objects: fc.array(unit, { maxLength: 2 }),
  members: fc.array(unit, { maxLength: 6 }),
})

let shop: Workshop
beforeAll(() => {
  shop = openWorkshop('linker')
})
afterAll(() => shop.remove())

test.each(TEST_ARCHES)('%s: the linker keeps exactly what we reach', async (arch) => {
  let run = 0
  let compared = 0
  await fc.assert(
    fc.asyncProperty(programs, async ({ objects, members }) => {
      const folder = `run${run++}`
      const main: Definition = {
        name: 'main' as never,
        binding: 'global',
        place: 'text',
        references: firstOf(objects),
      }
      const texts = [assemblyOf(arch, [main]), ...objects.map((list) => assemblyOf(arch, list))]
      const paths = []
      for (const [index, text] of texts.entries())
        paths.push(await shop.compile(arch, `${folder}/o${index}.s`, text))
      const memberPaths = []
      for (const [index, list] of members.entries())
        memberPaths.push(await shop.compile(arch, `${folder}/m${index}.s`, assemblyOf(arch, list)))
      const archives =
        memberPaths.length > 0 ? [await shop.archive(`${arch}/${folder}/lib.a`, memberPaths)] : []
      const input = (path: string) => ({ path, bytes: shop.read(path) })
      const result = analyzeC({
        objects: paths.map(input),
        archives: archives.map(input),
        syscalls: new Set(),
      })
      const kept = await keptByLinker(arch, folder, [...paths, ...archives])
      if (kept === undefined) return
      if (!result.ok) throw new Error(JSON.stringify(result.problems))
      compared++
      const ours = result.value.sections.map((one) => `${one.file}:(${one.section})`)
      expect(ours.toSorted()).toEqual(kept.toSorted())
    }),
    // The same programs every time, so that CI repeats; another seed explores.
    { numRuns: 40, seed: 1 },
  )
  // The others do not link: two strong definitions of one name.
  expect(compared).toBeGreaterThan(run / 3)
})

/** What main refers to, so that a program reaches something at all. */
function firstOf(objects: readonly (readonly Definition[])[]): Definition['references'] {
  const first = objects.flat()[0]
  return [
    { name: first?.name ?? 'alpha', weak: true },
    { name: 'beta', weak: false },
  ]
}

/** Each definition in a section of its own, with one pointer or call per reference. */
function assemblyOf(arch: TestArch, list: readonly Definition[]): string {
  const word = arch === 'i386' ? '.long' : '.quad'
  return list
    .map(({ name, binding, place, references }) => {
      const code = place === 'text' || place === 'group'
      const weak = references.filter((one) => one.weak && !list.some((other) => other.name === one.name))
      return [
        sectionOf(name, place),
        ...weak.map((one) => `.weak ${one.name}`),
        binding === 'local' ? '' : `.${binding === 'weak' ? 'weak' : 'globl'} ${name}`,
        `.type ${name}, ${code ? '@function' : '@object'}`,
        `${name}:`,
        ...references.map((one) => (code ? `call ${one.name}` : `${word} ${one.name}`)),
        code ? 'ret' : `${word} 0`,
        `.size ${name}, . - ${name}`,
      ].join('\n')
    })
    .join('\n')
    .concat('\n')
}

function sectionOf(name: string, place: Definition['place']): string {
  switch (place) {
    case 'text':
      return `.section .text.${name},"ax",@progbits`
    case 'data':
      return `.section .data.${name},"aw",@progbits`
    case 'group':
      return `.section .text.${name},"axG",@progbits,sig_${name},comdat`
    case 'init':
      return `.section .init_array.${name},"aw",@init_array`
    case 'retain':
      return `.section .data.${name},"awR",@progbits`
  }
}

/** Sections that survive a real link with `--gc-sections`, from its map; `undefined` when the link fails. */
async function keptByLinker(
  arch: TestArch,
  folder: string,
  inputs: readonly string[],
): Promise<readonly string[] | undefined> {
  const map = `${shop.folder}/${arch}/${folder}/map`
  const options = [
    '-e',
    'main',
    '--gc-sections',
    '--unresolved-symbols=ignore-all',
    `-Map=${map}`,
    '-o',
    '/dev/null',
  ]
  try {
    await shop.link(arch, [...options, ...inputs])
  } catch {
    return undefined
  }
  const text = new TextDecoder().decode(shop.read(map))
  const places = [...text.matchAll(/^ *[0-9a-f]+ +[0-9a-f]+ +([0-9a-f]+) +\d+ {9}(\S+:\((.*)\))$/gm)]
  return places
    .filter(([, size, , section]) => /^\.(text|data|init_array)\./.test(section ?? '') && size !== '0')
    .map(([, , place]) => place ?? '')
}
