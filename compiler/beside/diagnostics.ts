import { errorOf, type Diagnostic } from '../diag/index.ts'

export const kernelMissing = (name: string): Diagnostic =>
  errorOf('beside/linux-kernel-missing', `There is no Linux kernel to compare with: ${name} is not here`, {
    hint: `apt-get install ${name} (or let apt fetch it: apt-get update)`,
    cause: 'machine',
  })

export const kernelWithoutModules = (image: string, folder: string): Diagnostic =>
  errorOf('beside/linux-kernel-without-modules', `${image} has no modules: ${folder}/kernel is not there`, {
    hint: 'install the whole package of the kernel: apt-get install --reinstall linux-image-cloud-amd64',
    cause: 'machine',
  })

export const moduleMissing = (name: string, folder: string): Diagnostic =>
  errorOf('beside/linux-module-missing', `The kernel module ${name} is not below ${folder}`, {
    hint: 'the guest needs virtio_pci and virtio_net: apt-get install linux-image-cloud-amd64',
    cause: 'machine',
  })

export const moduleUnreadable = (file: string): Diagnostic =>
  errorOf('beside/linux-module-unreadable', `${file} cannot be read as a kernel module`, {
    hint: 'a compressed module needs xz, zstd or gzip on PATH: apt-get install xz-utils zstd',
    cause: 'machine',
  })

export const noCacheFolder = (): Diagnostic =>
  errorOf('beside/no-cache', 'There is no folder to keep the Linux guest in', {
    hint: 'set AZBUILD_CACHE to a folder you can write to',
    cause: 'machine',
  })

export const doesNotCompile = (program: string, output: string): Diagnostic =>
  errorOf('beside/does-not-compile', `${program} does not compile for Linux`, {
    output,
    hint: 'what is compared has to be one program for both: use what musl has on Linux',
    cause: 'input',
  })

export const guestFailed = (side: string, program: string, how: string, printed: string): Diagnostic =>
  errorOf('beside/guest-failed', `${program} did not end well on ${side}: ${how}`, {
    ...(printed === '' ? {} : { output: printed.slice(-2000) }),
    hint: 'azbuild run shows what it prints on az; on Linux it has to work too',
  })

export const doesNotListen = (side: string, program: string, how: string): Diagnostic =>
  errorOf('beside/does-not-listen', `${program} did not listen on ${side} (${how})`, {
    hint: 'side by side takes an app that serves HTTP by itself, as examples/hello-http does',
    cause: 'input',
  })

export const loadFailed = (side: string, program: string, output: string): Diagnostic =>
  errorOf('beside/load-failed', `${program} on ${side} did not answer the load client`, {
    output,
    hint: 'it has to answer GET / with the same bytes each time',
    cause: 'input',
  })

export const differentAnswers = (program: string): Diagnostic =>
  errorOf('beside/different-answers', `${program} answers GET / on az with other bytes than on Linux`, {
    hint: 'figures of different work cannot be compared',
  })

export const differentResults = (program: string, name: string): Diagnostic =>
  errorOf('beside/different-results', `${program} computes another ${name} on az than on Linux`, {
    hint: 'figures of different work cannot be compared; this is a bug of az or of the program',
  })

export const notOnThisHost = (host: string): Diagnostic =>
  errorOf('beside/host', `Side by side runs on Linux x86_64, not on ${host}`, {
    hint: 'the load client and the programs for the host are Linux programs',
    cause: 'machine',
  })
