import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { azbuild, folderWith, hello, packageFolder } from './azbuild.ts'
import { missingTool } from '../support/tools.ts'

const missing = missingTool('qemu-system-x86_64')

const driver = {
  'components/drivers/bridge/component.ts': `import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'drivers/bridge',
  title: 'Host bridge of a PC',
  status: 'experimental',
  needs: ['core', 'bus.pci'],
  binds: { pci: { ids: ['8086:1237', '8086:29c0'], probe: 'az_bridge_probe' } },
})
`,
  'components/drivers/bridge/Kconfig': `config DRIVERS_BRIDGE_GREETING
	int "How often to say so"
	range 1 9
	default 2
`,
  'components/drivers/bridge/src/bridge.c': `#include <errno.h>

#include <az/config.h>
#include <az/log.h>
#include <az/pci.h>
#include <az/self.h>

int az_bridge_probe(const struct az_pci_device *device)
{
    for (int i = 0; i < CONFIG_DRIVERS_BRIDGE_GREETING; i++)
        az_log("bridge %x:%x found", (unsigned)device->vendor, (unsigned)device->device);
    return -ENODEV;
}
`,
}

describe('a driver in a folder of its own, nothing else touched', () => {
  test('is configured, built, bound to its device on every machine, and explained', async () => {
    const cwd = folderWith({ 'app/main.c': hello, ...driver })
    const set = await azbuild(['config', 'set', '--app', 'app', 'LOG=y', 'DRIVERS_BRIDGE=y'], { cwd })
    expect(set.stderr).toMatch(
      /error\[cli\/value-refused\]: DRIVERS_BRIDGE cannot be y here\n  because DRIVERS_BRIDGE depends on HAVE_BUS_PCI, which is n/,
    )
    const steps = /hint: azbuild config set (.*) DRIVERS_BRIDGE=y/.exec(set.stderr)![1]!.split(' ')
    const again = await azbuild(
      ['config', 'set', '--app', 'app', 'LOG=y', ...steps, 'DRIVERS_BRIDGE=y', 'DRIVERS_BRIDGE_GREETING=1'],
      { cwd },
    )
    expect(again.status, again.stderr).toBe(0)
    const written = readFileSync(join(cwd, 'app/.config'), 'utf8').split('\n')
    expect(written).toEqual(
      expect.arrayContaining([
        'CONFIG_LOG=y',
        'CONFIG_BUS_PCI=y',
        'CONFIG_DRIVERS_BRIDGE=y',
        'CONFIG_DRIVERS_BRIDGE_GREETING=1',
      ]),
    )

    const onQemu = [
      { args: ['--runner', 'qemu', '--machine', 'pc'], device: '1237' },
      { args: ['--runner', 'qemu', '--machine', 'q35'], device: '29c0' },
    ]
    const machines = [{ args: ['--runner', 'v86'], device: '1237' }, ...(missing === undefined ? onQemu : [])]
    for (const { args, device } of machines) {
      const { status, stdout, stderr } = await azbuild(['run', 'app', '--timeout', '60', ...args], { cwd })
      expect(
        stdout.match(new RegExp(`^az: bridge 8086:${device} found$`, 'gm')),
        `${args.join(' ')}: ${stderr}`,
      ).toHaveLength(1)
      expect(stdout).toMatch(/^hello$/m)
      expect(status).toBe(0)
    }
    const why = await azbuild(['why', 'drivers/bridge', 'app'], { cwd })
    expect(why.stdout).toBe('drivers/bridge is in the image\n  because DRIVERS_BRIDGE=y in app/.config\n')
  })

  test('azbuild new component makes one that works as it is', async () => {
    const cwd = folderWith({ 'app/main.c': hello })
    const made = await azbuild(['new', 'component', 'drivers/my-device', '--json'], { cwd })
    expect(JSON.parse(made.stdout)).toEqual({
      folder: 'components/drivers/my-device',
      files: ['component.ts', 'README.md', 'src/main.c'].map(
        (name) => `components/drivers/my-device/${name}`,
      ),
    })
    await azbuild(['config', 'set', '--app', 'app', 'LOG=y', 'DRIVERS_MY_DEVICE=y'], { cwd })
    const { stdout } = await azbuild(['run', 'app', '--timeout', '60'], { cwd })
    expect(stdout).toBe('az: drivers/my-device is here\nhello\n')
    const again = await azbuild(['new', 'component', 'drivers/my-device'], { cwd })
    expect(again.stderr).toContain(
      'error[cli/folder-taken]: There is something in components/drivers/my-device already',
    )
    expect(again.status).toBe(1)
  })
})

test('azbuild new app makes one that runs', async () => {
  const cwd = folderWith({})
  expect((await azbuild(['new', 'app', 'first'], { cwd })).status).toBe(0)
  const { status, stdout } = await azbuild(['run', 'first', '--timeout', '60'], { cwd })
  expect(stdout).toContain('Hello')
  expect(status).toBe(0)
  const wrong = await azbuild(['new', 'app', 'a b'], { cwd })
  expect(wrong.stderr).toContain('error[cli/bad-name]: "a b" is no name azbuild can use')
})

test('azbuild explain prints the page of a code, or all codes', async () => {
  const cwd = folderWith({})
  const page = readFileSync(join(packageFolder, 'docs/errors/select-unmet-demand.md'), 'utf8')
  expect((await azbuild(['explain', 'select/unmet-demand'], { cwd })).stdout).toBe(page)
  expect((await azbuild(['explain'], { cwd })).stdout.split('\n')).toContain('select/unmet-demand')
  const wrong = await azbuild(['explain', 'select/unmet-demands'], { cwd })
  expect(wrong.stderr).toBe(
    'error[cli/no-such-code]: No message of azbuild has the code select/unmet-demands\n  hint: did you mean select/unmet-demand?\n',
  )
  expect(wrong.status).toBe(1)
})
