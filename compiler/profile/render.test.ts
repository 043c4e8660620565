import { expect, it } from 'vitest'
import { profileDocument } from './flame-graph.ts'
import type { Profile } from './profile.ts'
import { renderFolded } from './render-folded.ts'
import { renderSpeedscope } from './render-speedscope.ts'
import { renderTable } from './render-table.ts'

const fn = (
  name: string,
  self: number,
  total: number,
  place: Partial<Profile['functions'][number]> = {},
) => ({
  name,
  owner: undefined,
  file: undefined,
  line: undefined,
  hottestLine: undefined,
  self,
  total,
  ...place,
})

/** main calls work, which is called by an interrupt too. */
const profile: Profile = {
  name: 'small',
  arch: 'i386',
  unit: 'instructions',
  every: 10,
  instructions: 45,
  samples: 4,
  functions: [
    fn('work', 3, 3, { owner: 'app', file: 'work.c', line: 7, hottestLine: 9 }),
    fn('main', 1, 3, { owner: 'app', file: 'main.c', line: 3, hottestLine: 4 }),
    fn('[interrupt 48]', 0, 1, { owner: 'arch/x86' }),
  ],
  nodes: [
    { function: 1, parent: -1, self: 1, total: 3 },
    { function: 0, parent: 0, self: 2, total: 2 },
    { function: 2, parent: -1, self: 0, total: 1 },
    { function: 0, parent: 2, self: 1, total: 1 },
  ],
  timeline: [
    { node: 0, samples: 1 },
    { node: 1, samples: 1 },
    { node: 3, samples: 1 },
    { node: 1, samples: 1 },
  ],
}

it('renders a table', () => {
  expect(renderTable(profile, 2)).toBe(
    [
      'small (i386): 4 samples, one in 10 of 45 instructions',
      '  self   total  function  owner  where',
      '75.0 %  75.0 %  work      app    work.c:9',
      '25.0 %  75.0 %  main      app    main.c:4',
      'and 1 more function',
      '',
    ].join('\n'),
  )
  expect(renderTable({ ...profile, unit: 'samples', every: 1, instructions: undefined }, 9)).toMatch(
    /^small \(i386\): 4 samples, one each time the machine was interrupted\n/,
  )
})

it('renders collapsed stacks', () => {
  expect(renderFolded(profile)).toBe('[interrupt 48];work 1\nmain 1\nmain;work 2\n')
})

it("renders speedscope's format in the order of time", () => {
  expect(JSON.parse(renderSpeedscope(profile))).toMatchObject({
    shared: {
      frames: [
        { name: 'work', file: 'work.c', line: 7 },
        { name: 'main', file: 'main.c', line: 3 },
        { name: '[interrupt 48]' },
      ],
    },
    profiles: [{ samples: [[1], [1, 0], [2, 0], [1, 0]], weights: [10, 10, 10, 10], endValue: 40 }],
  })
})

it('draws a tree whose parts add up', () => {
  expect(profileDocument(profile)).toMatchObject({
    total: 40,
    flame: {
      unit: 'instructions',
      root: {
        total: 40,
        self: 0,
        children: [
          {
            name: 'main',
            total: 30,
            self: 10,
            place: 'main.c:3',
            children: [{ name: 'work', total: 20, self: 20, owner: 'app', category: 'app' }],
          },
          { name: '[interrupt 48]', total: 10, self: 0, children: [{ name: 'work', total: 10 }] },
        ],
      },
    },
  })
})
