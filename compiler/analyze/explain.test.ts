import { expect, test } from 'vitest'
import { explainChain } from './explain.ts'

test('a chain reads from the app outwards, with lines where they are known', () => {
  expect(
    explainChain({
      because: [
        { from: 'main', to: 'listen', span: { file: 'main.c', line: 31 }, kind: 'call' },
        { from: 'listen', to: 'az_sys_listen' },
        { from: 'table', to: 'handler', kind: 'reference' },
      ],
    }),
  ).toEqual(['main.c:31 main calls listen', 'listen calls az_sys_listen', 'table refers to handler'])
})
