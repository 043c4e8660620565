import { expect, it } from 'vitest'
import { parseWire } from './wire.ts'

it.each([
  ['loss=2%,reorder=5%,duplicate=1%,seed=7', { loss: 0.02, reorder: 0.05, duplicate: 0.01, seed: 7 }],
  ['seed=0', { loss: 0, reorder: 0, duplicate: 0, seed: 0 }],
  ['duplicate=100%,loss=0.5%', { loss: 0.005, reorder: 0, duplicate: 1, seed: 1 }],
])('reads %s', (text, value) => expect(parseWire(text)).toMatchObject({ ok: true, value }))

it.each([
  '',
  'loss',
  'loss=2',
  'loss=101%',
  'loss=-1%',
  'lost=1%',
  'loss=1%,loss=2%',
  'seed=1%',
  'loss=1% ',
  'loss=1%,',
])('refuses "%s"', (text) =>
  expect(parseWire(text)).toMatchObject({ ok: false, problems: [{ code: 'run/bad-wire' }] }),
)
