import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runHostTests, type HostTestOptions } from '../host-c.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const components = [
  'net/netbuf',
  'net/ethernet',
  'net/loopback',
  'net/ipv4',
  'net/tcp',
  'net/udp',
  'net/dhcp',
  'posix/sockets',
]

const reachable =
  'read write poll epoll_ctl ioctl fstat bind listen accept accept4 connect shutdown getsockname getpeername setsockopt getsockopt'

/** The defaults of the components' Kconfig files, and every system call reachable. */
const config: Readonly<Record<string, number>> = {
  NET_NETBUF_PERCENT: 50,
  NET_NETBUF_KEEP: 64,
  NET_ETHERNET_PENDING: 256,
  NET_LOOPBACK_QUEUE: 512,
  NET_IPV4_NEIGHBOURS: 64,
  NET_IPV4_REASSEMBLY: 4,
  NET_TCP_RECEIVE_BUFFER: 262144,
  NET_TCP_SEND_BUFFER: 262144,
  NET_TCP_BACKLOG: 4096,
  NET_TCP_REQUESTS: 256,
  NET_TCP_TIME_WAITS: 8192,
  NET_TCP_RETRIES: 15,
  NET_TCP_SYN_RETRIES: 5,
  NET_TCP_ORPHAN_RETRIES: 8,
  NET_TCP_CHALLENGES: 1000,
  NET_UDP_RECEIVE_BUFFER: 212992,
  ...Object.fromEntries(reachable.split(' ').map((call) => [`SYS_${call}`, 1])),
}

/** Builds a test against the whole stack, from net/netbuf to posix/sockets, over the machine and wire of this folder. */
export function stackOnHost(args: readonly string[] = []): HostTestOptions {
  const sources = components.flatMap((component) => {
    const folder = join(root, 'components', component, 'src')
    return readdirSync(folder)
      .filter((name) => name.endsWith('.c'))
      .map((name) => join(folder, name))
  })
  const support = join(root, 'test/support/net')
  return {
    config,
    args,
    include: [support, ...components.map((name) => join(root, 'components', name, 'include'))],
    flags: [
      '-D_GNU_SOURCE',
      '-include',
      join(support, 'calls.h'),
      '-Wno-missing-field-initializers',
      join(support, 'machine.c'),
      join(support, 'wire.c'),
      ...sources,
    ],
  }
}

/**
 * Runs a libFuzzer target over `inputs` pseudo-random inputs; with AZ_FUZZ_SECONDS in the environment, by libFuzzer
 * itself (clang, or what AZ_FUZZ_CC names) for so long.
 */
export async function fuzz(target: URL, inputs: number): Promise<void> {
  const seconds = process.env['AZ_FUZZ_SECONDS']
  const options = stackOnHost(
    seconds ? [`-max_total_time=${seconds}`, '-timeout=20', '-max_len=2048'] : ['-n', `${inputs}`],
  )
  const flags = seconds
    ? ['-fsanitize=fuzzer', '-Wno-gnu', ...(options.flags ?? [])]
    : [join(root, 'test/support/net/fuzz-main.c'), ...(options.flags ?? [])]
  const compiler = seconds ? { compiler: process.env['AZ_FUZZ_CC'] ?? 'clang' } : {}
  // Inputs have no time limit of their own here; libFuzzer may be as late as its slowest input.
  await runHostTests(target, { ...options, flags, ...compiler, seconds: Number(seconds ?? 800) + 60 })
}
