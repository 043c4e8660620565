/**
 * Every interface a component may provide or need: its contract is the header, its meaning the line here.
 * `providers: 'one'` means that an image holds exactly one; `many` that several may stand side by side.
 */
export interface InterfaceInfo {
  readonly header: string | null
  readonly about: string
  readonly providers: 'one' | 'many'
}

export const interfaces = {
  arch: {
    header: 'az/arch.h',
    about: 'The processor: exceptions, ports, FPU, thread pointer',
    providers: 'one',
  },
  boot: { header: 'az/boot_info.h', about: 'A boot protocol, turned into az_boot_info', providers: 'many' },
  core: { header: 'az/log.h', about: 'Panic, log, start and end of the image', providers: 'one' },
  'machine.exit': { header: 'az/machine.h', about: 'How this machine stops', providers: 'one' },
  'machine.power': { header: 'az/machine.h', about: 'How this machine is switched off', providers: 'one' },
  'host.link': { header: 'az/machine.h', about: 'Records for the runner', providers: 'one' },
  console: { header: 'az/console.h', about: 'Bytes to and from people', providers: 'many' },
  'mm.pages': { header: 'az/pages.h', about: 'Whole pages of physical memory', providers: 'one' },
  'mm.heap': { header: 'az/heap.h', about: "The kernel's small objects", providers: 'one' },
  'mm.vm': { header: 'az/vm.h', about: "Regions of the app's virtual memory", providers: 'one' },
  irq: { header: 'az/irq.h', about: 'Device interrupts', providers: 'one' },
  'irq.controller': { header: 'az/irq.h', about: 'An interrupt controller', providers: 'many' },
  clock: { header: 'az/clock.h', about: 'Monotonic and wall-clock time', providers: 'one' },
  'clock.source': { header: 'az/clock.h', about: 'A counter that tells time', providers: 'many' },
  'clock.wall': { header: 'az/clock.h', about: 'Something that knows the date', providers: 'many' },
  lapic: { header: 'az/lapic.h', about: 'The local APIC', providers: 'one' },
  acpi: { header: 'az/acpi.h', about: "ACPI's static tables", providers: 'one' },
  'clock.event': { header: 'az/clock.h', about: 'A one-shot timer interrupt', providers: 'many' },
  wait: { header: 'az/wait.h', about: 'Waiting, waking, polling, timers', providers: 'one' },
  threads: { header: 'az/thread.h', about: 'Threads: created, switched, ended', providers: 'one' },
  'threads.posix': { header: 'az/futex.h', about: 'Threads as Linux has them', providers: 'one' },
  random: { header: 'az/random.h', about: 'Random bytes', providers: 'one' },
  entropy: { header: 'az/random.h', about: 'A source of entropy', providers: 'many' },
  'bus.pci': { header: 'az/pci.h', about: 'PCI functions', providers: 'one' },
  ioapic: { header: 'az/irq.h', about: 'The inputs of I/O APICs', providers: 'one' },
  virtio: { header: 'az/virtio_transport.h', about: 'Virtio devices, however reached', providers: 'one' },
  'bus.virtio': { header: 'az/virtio.h', about: 'Virtio devices, found and named', providers: 'many' },
  'net.netbuf': { header: 'az/netbuf.h', about: 'Network buffers', providers: 'one' },
  'net.device': { header: 'az/netdev.h', about: 'A network interface', providers: 'many' },
  'net.ethernet': { header: 'az/netdev.h', about: 'Interfaces and ethertypes', providers: 'one' },
  'net.ipv4': { header: 'az/ipv4.h', about: 'IPv4 with ARP, ICMP and routes', providers: 'one' },
  'net.loopback': { header: null, about: 'Packets of the image to itself', providers: 'one' },
  'net.config': { header: 'az/ipv4.h', about: 'How an interface gets its address', providers: 'many' },
  'net.family': { header: 'az/socket.h', about: 'A kind of socket', providers: 'many' },
  'net.sockets': { header: 'az/socket.h', about: 'The socket system calls', providers: 'one' },
  files: { header: 'az/process.h', about: 'Descriptors and open files', providers: 'one' },
  stdio: { header: 'az/process.h', about: 'Standard input, output and error', providers: 'one' },
  'fs.root': { header: 'az/vfs.h', about: 'The root of the path tree', providers: 'one' },
  'fs.tree': { header: 'az/vfs.h', about: 'Names in the path tree', providers: 'many' },
  signals: { header: 'az/process.h', about: 'Signals to the app', providers: 'one' },
  'libc.start': { header: 'az/init.h', about: 'From the kernel to main()', providers: 'one' },
  'libc.string': { header: null, about: 'mem* and str* functions', providers: 'one' },
  'libc.rt': { header: null, about: "The compiler's own helper functions", providers: 'one' },
  'libc.malloc': { header: null, about: 'malloc and its family', providers: 'one' },
  'libc.cancel': { header: null, about: 'Cancellation of threads', providers: 'one' },
  'libc.dynamic': {
    header: 'az/dynamic.h',
    about: 'System calls whose number is known only at run time',
    providers: 'one',
  },
  'syscall.trap': { header: null, about: "Linux's instructions for system calls", providers: 'one' },
} as const satisfies Record<string, InterfaceInfo>

export type InterfaceName = keyof typeof interfaces
