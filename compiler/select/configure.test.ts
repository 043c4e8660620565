import { describe, expect, test } from 'vitest'
import type { Demand } from '../analyze/index.ts'
import type { Component, ComponentManifest } from '../component/index.ts'
import { configure, type ConfigureInput } from './index.ts'

const component = (name: string, manifest: Partial<ComponentManifest>): Component => ({
  folder: `/c/${name}`,
  manifest: { name, title: name, status: 'stable', ...manifest },
})

/** What every image has, in one component. */
const floor = component('core', {
  provides: ['arch', 'core', 'machine.exit', 'libc.start', 'libc.string', 'libc.rt', 'console', 'host.link'],
})
const sockets = component('posix/sockets', { needs: ['net.family'], syscalls: { socket: 'az_sys_socket' } })
const tcp = component('net/tcp', { provides: ['net.family'], needs: ['net.device'] })
const virtio = component('drivers/virtio-net', { provides: ['net.device'], preferred: true })
const other = component('drivers/other-net', { provides: ['net.device'] })
const process = component('posix/process', {
  needsFor: { clock: ['sysinfo'] },
  syscalls: { getpid: 'az_sys_getpid', sysinfo: 'az_sys_sysinfo' },
})
const clock = component('time/clock', { provides: ['clock'] })
const components = [floor, sockets, tcp, virtio, other, process, clock]

const demandOf = (...syscalls: string[]): Demand => ({
  syscalls: syscalls.map((name) => ({
    name,
    because: [{ from: 'main', to: name, span: { file: 'app/main.c', line: 3 }, kind: 'call' as const }],
  })),
  features: [],
  undecided: [],
  unresolved: [],
})

const input = (demand: Demand, more: Partial<ConfigureInput> = {}): ConfigureInput => ({
  registry: { components, inputs: [] },
  arch: 'x86_64',
  demand,
  menus: 'source "generated/net"\nsource "generated/other"\n',
  help: new Map(),
  read: () => undefined,
  strict: false,
  declared: {},
  dynamicSyscalls: [],
  asked: new Map(),
  syscallNames: new Set(['socket', 'getpid', 'sysinfo', 'fork']),
  ...more,
})
const dotconfig = (text: string) => ({ dotconfig: { file: 'app/.config', text } })

const selected = (given: ConfigureInput) => {
  const result = configure(given)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.value
}
const problems = (given: ConfigureInput) => {
  const result = configure(given)
  if (result.ok) throw new Error('expected problems')
  return result.problems
}
const namesOf = (given: ConfigureInput) =>
  selected(given)
    .components.map(({ component: one }) => one.manifest.name)
    .sort()

describe('what an app leads to', () => {
  test('nothing: the floor alone', () => {
    expect(namesOf(input(demandOf()))).toEqual(['core'])
  })

  test('a call: its owner, what that needs, the preferred provider, and why', () => {
    const selection = selected(input(demandOf('socket')))
    expect(selection.components.map(({ component: one }) => one.manifest.name).sort()).toEqual([
      'core',
      'drivers/virtio-net',
      'net/tcp',
      'posix/sockets',
    ])
    expect(selection.components.find(({ symbol }) => symbol === 'DRIVERS_VIRTIO_NET')!.because).toEqual([
      'app/main.c:3 main calls socket',
      'posix/sockets implements socket()',
      'posix/sockets needs "net.family"',
      'net/tcp provides "net.family"',
      'net/tcp needs "net.device"',
      'drivers/virtio-net provides "net.device"',
    ])
    expect(selection.syscalls).toEqual([
      {
        name: 'socket',
        because: ['app/main.c:3 main calls socket'],
        answeredBy: { kind: 'component', component: 'posix/sockets', symbol: 'az_sys_socket' },
      },
    ])
  })

  test('a need that only one call has comes with that call', () => {
    expect(namesOf(input(demandOf('getpid')))).not.toContain('time/clock')
    expect(namesOf(input(demandOf('sysinfo')))).toContain('time/clock')
  })

  test('what is on is in az/config.h, HAVE_ symbols with it', () => {
    const names = selected(input(demandOf('socket'))).symbols.map(([name]) => name)
    expect(names).toEqual(expect.arrayContaining(['NET_TCP', 'HAVE_NET_DEVICE', 'X86_64']))
    expect(names).not.toContain('DRIVERS_OTHER_NET')
    expect(names).toEqual([...names].sort())
  })
})

describe("the user's last word", () => {
  test('a preferred provider that is off gives way to another', () => {
    const names = namesOf(input(demandOf('socket'), dotconfig('# CONFIG_DRIVERS_VIRTIO_NET is not set\n')))
    expect(names).toContain('drivers/other-net')
    expect(names).not.toContain('drivers/virtio-net')
  })

  test('a component that nothing asks for comes in, with the line as its reason', () => {
    const extra = selected(input(demandOf(), dotconfig('CONFIG_TIME_CLOCK=y\n'))).components.find(
      ({ symbol }) => symbol === 'TIME_CLOCK',
    )
    expect(extra!.because).toEqual(['TIME_CLOCK=y in app/.config'])
  })

  test('off, and the app needs it: the chain and the line', () => {
    const text = '# CONFIG_DRIVERS_VIRTIO_NET is not set\n\nCONFIG_DRIVERS_OTHER_NET=n\n'
    expect(problems(input(demandOf('socket'), dotconfig(text)))).toMatchObject([
      {
        code: 'select/unmet-demand',
        because: [
          'app/main.c:3 main calls socket',
          'posix/sockets implements socket()',
          'posix/sockets needs "net.family"',
          expect.stringMatching(
            /^drivers\/(other|virtio)-net is off: DRIVERS_\w+_NET=n in app\/\.config:[13]$/,
          ),
        ],
      },
    ])
  })

  test('the owner of a call is off', () => {
    expect(problems(input(demandOf('getpid'), dotconfig('CONFIG_POSIX_PROCESS=n\n')))).toMatchObject([
      {
        code: 'select/unmet-demand',
        message: 'Nothing in the image implements getpid()',
        because: [
          'app/main.c:3 main calls getpid',
          'posix/process implements getpid()',
          'posix/process is off: POSIX_PROCESS=n in app/.config:1',
        ],
      },
    ])
  })

  test('a contradiction: asked for, and held down by what is off', () => {
    expect(problems(input(demandOf(), dotconfig('# mine\nCONFIG_NET_TCP=y\n')))).toMatchObject([
      {
        code: 'select/contradiction',
        span: { file: 'app/.config', line: 2 },
        because: ['it depends on HAVE_NET_DEVICE, which is n'],
      },
    ])
  })

  test('an unknown symbol: a warning, or with strict an error', () => {
    const given = input(demandOf(), dotconfig('CONFIG_NET_TPC=y\n'))
    const result = configure(given)
    expect(result).toMatchObject({
      ok: true,
      warnings: [{ code: 'select/unknown-symbol', hint: 'did you mean NET_TCP?' }],
    })
    expect(problems({ ...given, strict: true })).toMatchObject([
      { code: 'select/unknown-symbol', severity: 'error' },
    ])
  })
})

describe('calls that nothing implements', () => {
  test('fail with the line of the app', () => {
    expect(problems(input(demandOf('fork')))).toMatchObject([
      {
        code: 'select/unimplemented-syscall',
        span: { file: 'app/main.c', line: 3 },
        because: ['app/main.c:3 main calls fork'],
      },
    ])
  })

  test('unless the app declares them', () => {
    expect(selected(input(demandOf('fork'), { declared: { fork: 'fake' } })).syscalls).toEqual([
      {
        name: 'fork',
        because: ['app/main.c:3 main calls fork'],
        answeredBy: { kind: 'declared', as: 'fake' },
      },
    ])
  })

  test('a declared call brings in nothing, even when a component implements it', () => {
    expect(namesOf(input(demandOf('socket'), { declared: { socket: 'stub' } }))).toEqual(['core'])
  })

  test('a declared call that does not exist', () => {
    expect(
      problems(input(demandOf(), { declared: { forc: 'stub' }, configFile: 'app/shog.config.ts' })),
    ).toMatchObject([
      { code: 'select/unknown-syscall', hint: 'did you mean "fork"?', span: { file: 'app/shog.config.ts' } },
    ])
  })

  test('an interface without a provider in the tree', () => {
    const registry = { components: components.filter((one) => one !== tcp), inputs: [] }
    expect(problems(input(demandOf('socket'), { registry }))).toMatchObject([
      { code: 'select/unmet-demand', message: 'Nothing in the tree provides "net.family"' },
    ])
  })
})

test('calls behind a number known at run time are those that the app lists', () => {
  const dynamic = component('libc/dynamic', { provides: ['libc.dynamic'] })
  const undecided = {
    ...demandOf(),
    undecided: [{ name: 'az_sys_dynamic', because: demandOf('syscall').syscalls[0]!.because }],
  }
  const registry = { components: [...components, dynamic], inputs: [] }
  expect(problems(input(undecided, { registry }))).toMatchObject([{ code: 'analyze/undecided-syscall' }])
  const selection = selected(input(undecided, { registry, dynamicSyscalls: ['getpid'] }))
  expect(selection.syscalls).toMatchObject([
    { name: 'getpid', because: ['dynamicSyscalls in shog.config.ts lists it'] },
  ])
  expect(selection.components.map(({ component: one }) => one.manifest.name)).toContain('libc/dynamic')
})
