/** `azbuild bench --client`: what a client outside sees of an image, by the clock. Checked for its shape and for sense, not for speed. */
import { expect, test } from 'vitest'
import { azbuild, packageFolder } from '../cli/azbuild.ts'

interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}
interface Client {
  readonly connections: readonly {
    readonly requestsPerSecond: Spread
    readonly latencyMicroseconds: Readonly<Record<string, Spread>>
  }[]
  readonly newConnectionsPerSecond: Spread
  readonly counted: {
    readonly connections: readonly { readonly connections: number; readonly perRequest: Counted }[]
    readonly perNewConnection: Counted
    readonly perSyscall: Readonly<Record<string, Spread>>
  }
}
interface Counted {
  readonly all: Spread
  readonly byLayer: Readonly<Record<string, Spread>>
}

test('an image that serves HTTP is asked from outside, one that does not is not', async () => {
  const args = ['hello', 'hello-http', '--arch', 'i386', '--no-primitives']
  const done = await azbuild(['bench', ...args, '--client', '--rounds', '1', '--duration', '0.3', '--json'], {
    cwd: packageFolder,
  })
  expect(done.status, done.stderr).toBe(0)
  const { images } = JSON.parse(done.stdout) as {
    images: { client: Client | null; requestInstructions: number; connectionRequestInstructions: number }[]
  }
  expect(images[0]).toMatchObject({ client: null, connectionRequestInstructions: null })
  expect(images[1]!.connectionRequestInstructions).toBeGreaterThan(0)

  const client = images[1]!.client!
  const connections = [1, 8, 64].map((count) => expect.objectContaining({ connections: count }))
  expect(client).toMatchObject({ runner: 'v86', rounds: 1, roundSeconds: 0.3, failures: 0, connections })
  for (const { requestsPerSecond, latencyMicroseconds } of client.connections) {
    expect(Object.keys(latencyMicroseconds)).toEqual(['p50', 'p90', 'p99', 'max'])
    const medians = Object.values(latencyMicroseconds).map(({ median }) => median)
    expect(medians).toEqual(medians.toSorted((left, right) => left - right))
    expect(medians[0]).toBeGreaterThan(0)
    expect(requestsPerSecond).toEqual({
      median: requestsPerSecond.median,
      min: requestsPerSecond.median,
      max: requestsPerSecond.median,
    })
    expect(requestsPerSecond.median).toBeGreaterThan(0)
  }
  expect(client.newConnectionsPerSecond.median).toBeGreaterThan(0)

  // Counted: near what a client in lock step costs, and every instruction is in a layer.
  const { counted } = client
  const near = (spread: Spread, instructions: number): void => {
    expect(spread.median).toBeGreaterThan(instructions * 0.7)
    expect(spread.median).toBeLessThan(instructions * 1.6)
  }
  expect(counted.connections.map(({ connections }) => connections)).toEqual([1, 8, 64])
  for (const { perRequest } of counted.connections) near(perRequest.all, images[1]!.requestInstructions)
  near(counted.perNewConnection.all, images[1]!.connectionRequestInstructions)
  for (const { all, byLayer } of [
    counted.perNewConnection,
    ...counted.connections.map((one) => one.perRequest),
  ])
    expect(
      Math.abs(Object.values(byLayer).reduce((sum, { median }) => sum + median, -all.median)),
    ).toBeLessThan(10)
  expect(counted.perSyscall).toHaveProperty('sendto')
  expect(JSON.stringify(client)).not.toContain('Instructions"')
}, 300_000)
