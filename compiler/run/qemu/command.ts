import { linkPort, triggerPort } from '../command-line.ts'
import { guestMac } from '../guest-network.ts'

/** The descriptors that QEMU's shell inherits, each one end of a socket pair whose other end is ours. The console's become stdout and stdin. */
export const qemuDescriptors = {
  consoleOutput: 4,
  link: 5,
  qmp: 6,
  consoleInput: 7,
  frames: 8,
  gdb: 9,
} as const

export interface QemuCommand {
  readonly image: string
  /** Loaded beside a Linux kernel. */
  readonly initrd?: string
  readonly commandLine: string
  readonly memoryBytes: number
  /** `q35`, `pc`, `microvm`, or another that QEMU knows. */
  readonly machine: string
  readonly cpu: string
  /**
   * What the network card is joined to, if there is one: `frames` that azbuild takes, QEMU's own user network with the outside shut, or
   * with it open (QEMU cannot tell one peer from another).
   */
  readonly network: 'none' | 'frames' | 'user' | 'user-outward'
  readonly rng: boolean
  /** One instruction is one nanosecond, without a wall clock or randomness of the host. */
  readonly counted: boolean
  /** The machine outlives the exit trigger, so that its memory can be read. */
  readonly outlivesExit: boolean
  /** A gdb stub for `gdbClient`. */
  readonly debugged?: boolean
  readonly extra: readonly string[]
}

/** QEMU's arguments for one run. Devices are named one by one; nothing comes by default. */
export function planQemuArguments(command: QemuCommand): readonly string[] {
  const { link, qmp } = qemuDescriptors
  return [
    ...['-M', command.machine],
    ...['-cpu', command.cpu],
    ...['-m', `size=${renderQemuSize(command.memoryBytes)}`],
    ...['-display', 'none', '-no-user-config', '-nodefaults', '-no-reboot'],
    ...['-chardev', 'stdio,id=console,signal=off', '-serial', 'chardev:console'],
    ...[
      '-chardev',
      `socket,id=link,fd=${link}`,
      '-device',
      `isa-debugcon,iobase=0x${linkPort.toString(16)},chardev=link`,
    ],
    ...['-chardev', `socket,id=qmp,fd=${qmp}`, '-mon', 'chardev=qmp,mode=control'],
    ...(command.counted
      ? ['-icount', 'shift=0,sleep=off', '-rtc', 'base=2025-01-01,clock=vm', '-seed', '1']
      : []),
    ...(command.outlivesExit
      ? []
      : ['-device', `isa-debug-exit,iobase=0x${triggerPort.toString(16)},iosize=4`]),
    ...(command.debugged
      ? ['-chardev', `socket,id=gdb,fd=${qemuDescriptors.gdb}`, '-gdb', 'chardev:gdb']
      : []),
    ...virtioArguments(command),
    ...command.extra,
    ...['-kernel', command.image, '-append', command.commandLine],
    ...(command.initrd === undefined ? [] : ['-initrd', command.initrd]),
  ]
}

/** Virtio devices: functions of a PCI bus, or on a microvm in its slots for devices without a bus. Modern ones: az speaks no other. */
function virtioArguments({ machine, network, rng }: QemuCommand): readonly string[] {
  if (network === 'none' && !rng) return []
  const hasBus = !/^microvm(,|$)/.test(machine)
  const device = (name: string, options: string): readonly string[] => [
    '-device',
    hasBus ? `${name}-pci,${options},disable-legacy=on` : `${name}-device,${options}`,
  ]
  return [
    ...(hasBus ? [] : ['-global', 'virtio-mmio.force-legacy=false']),
    ...(network === 'none'
      ? []
      : [
          ...['-netdev', netdevOf(network)],
          ...device('virtio-net', `netdev=net,mac=${macText}${hasBus ? ',romfile=' : ''}`),
        ]),
    ...(rng ? ['-object', 'rng-builtin,id=rng', ...device('virtio-rng', 'rng=rng')] : []),
  ]
}

const macText = [...guestMac].map((byte) => byte.toString(16).padStart(2, '0')).join(':')

const netdevOf = (network: Exclude<QemuCommand['network'], 'none'>): string =>
  network === 'frames'
    ? `socket,id=net,fd=${qemuDescriptors.frames}`
    : `user,id=net,ipv6=off,restrict=${network === 'user' ? 'on' : 'off'}`

/** QEMU takes a bare number as MiB, so a size always carries a suffix; it rounds up to whole 8 KiB itself. */
function renderQemuSize(bytes: number): string {
  return bytes % 1024 === 0 ? `${bytes / 1024}K` : `${bytes}B`
}
