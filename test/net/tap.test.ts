import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { fnv1a, servedBytes } from '../support/net/bytes-app.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const timeoutMs = 120_000

const runs = (program: string, ...args: readonly string[]): boolean => spawnSync(program, args).status === 0
const absent =
  !existsSync('/dev/net/tun') || !runs('unshare', '-n', 'ip', 'tuntap', 'add', 'dev', 'tap0', 'mode', 'tap')

const length = 8 * 2 ** 20
const body = servedBytes(length)
/** What QEMU's device offers the image; by default everything that the tap device can do. */
const offers = [
  { offer: 'everything', device: '' },
  { offer: 'no checksums out', device: ',csum=off,gso=off' },
  { offer: 'no checksums in', device: ',guest_csum=off' },
  { offer: 'no segmentation', device: ',host_tso4=off' },
  { offer: 'no link status', device: ',status=off' },
  { offer: 'no messages, so that the pin interrupts', device: ',vectors=0' },
]

describe.skipIf(absent)(
  `Linux over a tap device${absent ? ' (skipped: needs /dev/net/tun and a network namespace)' : ''}`,
  () => {
    const expected = {
      down: createHash('sha256').update(body).digest('hex'),
      up: `${length} ${fnv1a(body)}`,
      'checksum-errors': '0',
    }

    describe.each(['x86_64', 'i386'])('%s', (arch) => {
      beforeAll(() => {
        const args = ['image', 'test/net', '--arch', arch]
        const built = spawnSync(process.execPath, ['bin/azbuild.mjs', ...args], {
          cwd: root,
          encoding: 'utf8',
        })
        expect(built.status, built.stderr).toBe(0)
      }, timeoutMs)

      test.each(offers)(
        '8 MiB either way when the device offers $offer',
        ({ device }) => {
          const image = `out/tap/${arch}/tap.elf`
          const args = ['-n', 'test/net/tap.sh', image, `qemu-system-${arch}`, device]
          const { status, stdout, stderr } = spawnSync('unshare', args, { cwd: root, encoding: 'utf8' })
          expect(status, stderr).toBe(0)
          const seen = Object.fromEntries(
            stdout
              .trim()
              .split('\n')
              .map((line) => line.split(/ (.*)/).slice(0, 2)),
          )
          expect(seen).toMatchObject(expected)
        },
        timeoutMs,
      )
    })
  },
)
