import { expect, test } from 'vitest'
import { answerWhy, renderWhy, type WhySource } from './why.ts'

const toListen = [
  { from: 'main', to: 'listen', span: { file: 'main.c', line: 31 }, kind: 'call' },
  { from: 'listen', to: 'az_sys_listen', kind: 'call' },
] as const
const source: WhySource = {
  demand: {
    syscalls: [
      { name: 'listen', because: toListen },
      { name: 'fork', because: [{ from: 'main', to: 'fork', kind: 'call' }] },
    ],
    features: [{ name: 'libc.malloc', because: [{ from: 'main', to: 'malloc', kind: 'call' }] }],
    undecided: [],
    unresolved: [],
  },
  reasonFor: (symbol) =>
    symbol === 'main'
      ? []
      : symbol === 'table'
        ? [{ from: 'main', to: 'table', kind: 'reference' }]
        : undefined,
  components: new Map([['net/tcp', ['main.c:31 main calls listen', 'listen needs net.sockets']]]),
  implementers: new Map([['listen', 'posix/sockets']]),
  possibleCalls: new Map([
    ['listen', 'posix/sockets'],
    ['read', 'posix/files'],
    ['vfork', undefined],
  ]),
  providers: new Map([['net.family', 'net/tcp']]),
  definerOf: (symbol) => (symbol === 'az_tcp_input' ? 'net/tcp' : undefined),
  declared: { fork: 'stub' },
}

test.each([
  [
    'listen',
    [
      'listen is a system call the app makes, implemented by posix/sockets',
      '  because main.c:31 main calls listen',
      '  because listen calls az_sys_listen',
    ],
  ],
  [
    'net/tcp',
    [
      'net/tcp is in the image',
      '  because main.c:31 main calls listen',
      '  because listen needs net.sockets',
    ],
  ],
  [
    'fork',
    [
      'fork is a system call the app makes, declared a stub in shog.config.ts: it fails with ENOSYS',
      '  because main calls fork',
    ],
  ],
  ['libc.malloc', ['libc.malloc is in the image', '  because main calls malloc']],
  ['table', ['table is in the image', '  because main refers to table']],
  ['main', ['main is in the image', '  because the image starts there']],
  ['lisen', ['lisen is not in the image', '  did you mean "listen"?']],
  ['gettimeofday', ['gettimeofday is not in the image']],
  [
    'az_sys_read',
    [
      'read is not in the image',
      '  because nothing that the app reaches makes this system call',
      '  a line that calls read() brings it, from posix/files',
    ],
  ],
  [
    'vfork',
    [
      'vfork is not in the image',
      '  because nothing that the app reaches makes this system call',
      "  and nothing implements it yet: an app that makes it does not build, unless shog.config.ts says syscalls: { vfork: 'stub' }",
    ],
  ],
  [
    'net.family',
    [
      'net.family is an interface, provided by net/tcp',
      '  because main.c:31 main calls listen',
      '  because listen needs net.sockets',
    ],
  ],
  [
    'az_tcp_input',
    [
      'az_tcp_input is in the image',
      '  because main.c:31 main calls listen',
      '  because listen needs net.sockets',
      '  because net/tcp defines az_tcp_input',
    ],
  ],
])('why %s', (name, lines) => {
  expect(renderWhy(answerWhy(name, source))).toEqual(lines)
})

test('a system call answers to its kernel name too', () => {
  expect(answerWhy('az_sys_listen', source)).toEqual(answerWhy('listen', source))
})
