import { errorOf } from '../diag/index.ts'
import type { Diagnostic } from '../diag/index.ts'
import { renderBytes } from './memory-size.ts'
import type { PortForward } from './request.ts'

export const imageUnreadable = (image: string, why: string): Diagnostic =>
  errorOf('run/image-unreadable', `The image ${image} cannot be run: ${why}`, {
    hint: 'build it anew with azbuild image',
    cause: 'input',
  })

export const wrongArch = (image: string, found: string, wanted: string): Diagnostic =>
  errorOf('run/wrong-arch', `The image ${image} is for ${found}, and the run is for ${wanted}`, {
    hint: `azbuild image --arch ${wanted}, or run with --arch ${found}`,
    cause: 'input',
  })

export const runnerWithoutArch = (runner: string, arch: string): Diagnostic =>
  errorOf('run/runner-without-arch', `The runner ${runner} has no ${arch} processor`, {
    hint: arch === 'x86_64' ? 'use --runner qemu, or --arch i386' : 'use --runner qemu',
    cause: 'input',
  })

export const memoryTooSmall = (image: string, needBytes: number, haveBytes: number): Diagnostic =>
  errorOf(
    'run/memory-too-small',
    `${image} reaches up to ${renderBytes(Math.ceil(needBytes / 1024) * 1024)} when loaded, and the machine has ${renderBytes(haveBytes)}`,
    {
      hint: `give it more: --memory ${renderBytes(Math.ceil(needBytes / 0x100000 + 1) * 0x100000)}`,
      cause: 'input',
    },
  )

export const memoryOfFirmware = (machine: string, haveBytes: number, enoughBytes: number): Diagnostic =>
  errorOf(
    'run/memory-of-firmware',
    `With ${renderBytes(haveBytes)} the firmware of ${machine} writes over the image that is loaded at 1 MiB`,
    {
      hint: `--memory ${renderBytes(Math.ceil(enoughBytes / 0x8000) * 0x8000)} or more, or 1280K for a small image; --machine microvm has no such firmware`,
      cause: 'input',
    },
  )

export const memoryTooLarge = (runner: string, mostBytes: number, askedBytes: number): Diagnostic =>
  errorOf(
    'run/memory-too-large',
    `The runner ${runner} has at most ${renderBytes(mostBytes)} of memory, not ${renderBytes(askedBytes)}`,
    { hint: `--memory ${renderBytes(mostBytes)} or less, or --runner qemu`, cause: 'input' },
  )

export const badMemorySize = (text: string): Diagnostic =>
  errorOf('run/bad-memory-size', `"${text}" is no size of memory`, {
    hint: 'a number of bytes, or one with K, M or G: --memory 64M',
    cause: 'input',
  })

export const badPort = (text: string): Diagnostic =>
  errorOf('run/bad-port', `"${text}" names no pair of ports`, {
    hint: '--port HOST:GUEST with numbers from 1 to 65535 (HOST 0: any free one), e.g. --port 8080:80 or --port 5353:53/udp',
    cause: 'input',
  })

export const badPeer = (text: string): Diagnostic =>
  errorOf('run/bad-peer', `"${text}" names no place to connect to`, {
    hint: '--allow-connect HOST:PORT, e.g. example.com:443, 127.0.0.1:5432 or *:80',
    cause: 'input',
  })

export const badWire = (text: string): Diagnostic =>
  errorOf('run/bad-wire', `"${text}" describes no wire`, {
    hint: '--wire with parts of loss=2%,reorder=5%,duplicate=1%,seed=7',
    cause: 'input',
  })

export const portInUse = (
  port: number,
  protocol: string,
  guestPort: number,
  owner: string | undefined,
): Diagnostic =>
  errorOf(
    'run/port-in-use',
    `Port ${port}/${protocol} of this machine is in use${owner === undefined ? '' : ` by ${owner}`}`,
    {
      because: [`the app listens on port ${guestPort}, which would appear as 127.0.0.1:${port}`],
      hint: `give another: --port ${port < 60000 ? port + 1 : port - 1}:${guestPort} (0:${guestPort} takes any free one)`,
      cause: 'input',
    },
  )

export const portNotAllowed = (port: number, guestPort: number, why: string): Diagnostic =>
  errorOf('run/port-not-allowed', `Port ${port} cannot be opened on this machine: ${why}`, {
    because: [`the app listens on port ${guestPort}, which would appear as 127.0.0.1:${port}`],
    hint: `give one above 1023: --port ${guestPort + 8000 > 0xffff ? 8080 : guestPort + 8000}:${guestPort}`,
    cause: 'input',
  })

export const badArgument = (what: string): Diagnostic =>
  errorOf('run/bad-argument', `${what} holds a NUL character, which no command line can carry`, {
    cause: 'input',
  })

export const qemuMissing = (program: string): Diagnostic =>
  errorOf('run/qemu-missing', `${program} is not on PATH`, {
    hint: 'apt-get install qemu-system-x86 (or brew install qemu); --runner v86 --arch i386 needs nothing',
    cause: 'machine',
  })

export const qemuFailed = (program: string, output: string): Diagnostic =>
  errorOf('run/qemu-failed', `${program} ended before the guest did`, {
    ...(output === '' ? {} : { output }),
    hint: 'azbuild run -v shows the command',
    cause: 'machine',
  })

export const stampsMissing = (image: string): Diagnostic =>
  errorOf('run/stamps-missing', `${image} left no stamps of its start`, {
    hint: 'an image of this version writes az_boot_tsc_entry and az_boot_tsc_main: build it anew',
    cause: 'input',
  })

export const portWithoutNetwork = (forward: PortForward): Diagnostic =>
  errorOf(
    'run/port-without-network',
    `The app listens on port ${forward.guestPort}, and its image has no network device`,
    {
      hint: 'azbuild why net.device tells what keeps it out',
      cause: 'input',
    },
  )
