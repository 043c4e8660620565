import { expect, it } from 'vitest'
import { planQemuArguments } from './command.ts'
import type { QemuCommand } from './command.ts'

const plain: QemuCommand = {
  image: './hello.elf',
  commandLine: 'az.link=0xe9 -- "a b"',
  memoryBytes: 64 * 2 ** 20,
  machine: 'q35',
  cpu: 'max',
  network: 'none',
  rng: false,
  counted: false,
  outlivesExit: false,
  extra: [],
}
const words = (command: Partial<QemuCommand>): string => planQemuArguments({ ...plain, ...command }).join(' ')

const channels =
  '-display none -no-user-config -nodefaults -no-reboot -chardev stdio,id=console,signal=off -serial chardev:console ' +
  '-chardev socket,id=link,fd=5 -device isa-debugcon,iobase=0xe9,chardev=link -chardev socket,id=qmp,fd=6 -mon chardev=qmp,mode=control '
const exit = '-device isa-debug-exit,iobase=0xf4,iosize=4 '
const kernel = '-kernel ./hello.elf -append az.link=0xe9 -- "a b"'

it('boots an image without devices', () => {
  expect(words({})).toBe(`-M q35 -cpu max -m size=65536K ${channels}${exit}${kernel}`)
})

it('gives a machine a network, an entropy source, odd memory and extra arguments', () => {
  const command = {
    machine: 'pc',
    cpu: 'qemu64',
    memoryBytes: 1_310_721,
    network: 'frames' as const,
    rng: true,
    extra: ['-d', 'int'],
  }
  expect(words(command)).toBe(
    `-M pc -cpu qemu64 -m size=1310721B ${channels}${exit}` +
      '-netdev socket,id=net,fd=8 -device virtio-net-pci,netdev=net,mac=52:54:00:12:34:56,romfile=,disable-legacy=on ' +
      `-object rng-builtin,id=rng -device virtio-rng-pci,rng=rng,disable-legacy=on -d int ${kernel}`,
  )
})

it('puts the devices of a microvm into its own slots', () => {
  for (const machine of ['microvm', 'microvm,acpi=off']) {
    expect(words({ machine, network: 'frames', rng: true })).toBe(
      `-M ${machine} -cpu max -m size=65536K ${channels}${exit}-global virtio-mmio.force-legacy=false ` +
        '-netdev socket,id=net,fd=8 -device virtio-net-device,netdev=net,mac=52:54:00:12:34:56 ' +
        `-object rng-builtin,id=rng -device virtio-rng-device,rng=rng ${kernel}`,
    )
  }
})

it("opens QEMU's own network outwards only when asked", () => {
  expect(words({ network: 'user' })).toContain('user,id=net,ipv6=off,restrict=on')
  expect(words({ network: 'user-outward' })).toContain('user,id=net,ipv6=off,restrict=off')
})

it('measures with a clock of instructions, and without a device that would end QEMU before its memory is read', () => {
  expect(words({ counted: true, outlivesExit: true })).toBe(
    `-M q35 -cpu max -m size=65536K ${channels}-icount shift=0,sleep=off -rtc base=2025-01-01,clock=vm -seed 1 ${kernel}`,
  )
})

it('loads an initramfs beside a Linux kernel', () => {
  expect(words({ image: '/boot/vmlinuz', initrd: '/cache/app.cpio', counted: true })).toBe(
    `-M q35 -cpu max -m size=65536K ${channels}-icount shift=0,sleep=off -rtc base=2025-01-01,clock=vm -seed 1 ${exit}` +
      '-kernel /boot/vmlinuz -append az.link=0xe9 -- "a b" -initrd /cache/app.cpio',
  )
})
