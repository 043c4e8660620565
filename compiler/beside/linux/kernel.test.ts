import { expect, it } from 'vitest'
import { memoryHost } from '../../host/index.ts'
import { compareVersions, findLinuxKernel, presentKernel } from './kernel.ts'

const installed = {
  '/boot/vmlinuz-6.1.0-9-cloud-amd64': 'old',
  '/boot/vmlinuz-6.1.0-56-cloud-amd64': 'new',
  '/boot/vmlinuz-6.12.0-1-amd64': 'not for virtual machines',
  '/lib/modules/6.1.0-56-cloud-amd64/kernel/net/core/failover.ko': '',
}

it('takes the newest cloud kernel that is installed', async () => {
  expect(await findLinuxKernel(memoryHost(installed))).toMatchObject({
    ok: true,
    value: {
      version: '6.1.0-56-cloud-amd64',
      image: '/boot/vmlinuz-6.1.0-56-cloud-amd64',
      modules: '/lib/modules/6.1.0-56-cloud-amd64',
    },
  })
  expect(['6.1.0-9', '6.1.0-56', '5.10.0-60'].sort(compareVersions)).toEqual([
    '5.10.0-60',
    '6.1.0-9',
    '6.1.0-56',
  ])
})

it('takes one that was unpacked into the cache, with a merged /usr too', () => {
  const host = memoryHost(
    {
      '/cache/linux/boot/vmlinuz-6.12.1-cloud-amd64': '',
      '/cache/linux/usr/lib/modules/6.12.1-cloud-amd64/kernel/x.ko': '',
    },
    { env: { AZBUILD_CACHE: '/cache' } },
  )
  expect(presentKernel(host)).toEqual({
    version: '6.12.1-cloud-amd64',
    image: '/cache/linux/boot/vmlinuz-6.12.1-cloud-amd64',
    modules: '/cache/linux/usr/lib/modules/6.12.1-cloud-amd64',
  })
})

it('names the package when there is none', async () => {
  const found = await findLinuxKernel(memoryHost())
  expect(found).toMatchObject({
    ok: false,
    problems: [
      {
        code: 'beside/linux-kernel-missing',
        cause: 'machine',
        hint: expect.stringContaining('linux-image-cloud-amd64'),
      },
    ],
  })
})

it('says when the modules are missing', async () => {
  const found = await findLinuxKernel(memoryHost({ '/boot/vmlinuz-6.1.0-9-cloud-amd64': '' }))
  expect(found).toMatchObject({ ok: false, problems: [{ code: 'beside/linux-kernel-without-modules' }] })
})

it('has apt fetch the package and unpacks it into the cache, once', async () => {
  const asked: string[] = []
  const host = memoryHost(
    { '/tools/apt-get': '' },
    {
      env: { AZBUILD_CACHE: '/cache' },
      run: async (program, args, options) => {
        asked.push([program, ...args].join(' '))
        const done = { status: 0, signal: null, stdout: '', stderr: '' }
        const at = options?.cwd ?? ''
        if (program === 'apt-cache')
          return { ...done, stdout: 'linux-image-cloud-amd64\n  Depends: linux-image-6.1.0-56-cloud-amd64\n' }
        if (program === 'apt-get') host.write(`${at}/linux.deb`, 'deb')
        if (program === 'dpkg-deb') {
          host.write(`${at}/unpacked/boot/vmlinuz-6.1.0-56-cloud-amd64`, '')
          host.write(`${at}/unpacked/lib/modules/6.1.0-56-cloud-amd64/kernel/x.ko`, '')
        }
        return done
      },
    },
  )
  const withPrograms = { ...host, findProgram: (name: string) => `/usr/bin/${name}` }
  const fetched: string[] = []
  for (let time = 0; time < 2; time++)
    expect(await findLinuxKernel(withPrograms, (name) => fetched.push(name))).toMatchObject({
      ok: true,
      value: { image: '/cache/linux/boot/vmlinuz-6.1.0-56-cloud-amd64' },
    })
  expect(fetched).toEqual(['linux-image-6.1.0-56-cloud-amd64'])
  expect(asked).toEqual([
    'apt-cache depends linux-image-cloud-amd64',
    'apt-get -qq download linux-image-6.1.0-56-cloud-amd64',
    'dpkg-deb -x linux.deb unpacked',
  ])
})
