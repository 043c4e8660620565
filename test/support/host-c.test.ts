import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runHostTests } from './host-c.ts'
import { hostCompiler } from './host-compiler.ts'

const { hasAddressSanitizer } = hostCompiler()

describe('runHostTests', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'azbuild-host-c-test-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const run = (body: string, config: Record<string, number> = {}, seconds = 60) => {
    const file = join(folder, 'a.test.c')
    writeFileSync(file, `#include <az/test.h>\n#include <az/base.h>\n${body}`)
    return runHostTests(file, { config, seconds })
  }

  test('reports what passed, with the configuration asked for', async () => {
    const output = await run(
      'AZ_TEST(one) { AZ_CHECK_EQ(AZ_ON(SMP), 1); AZ_CHECK_EQ(AZ_ON(NUMA), 0); AZ_CHECK_ASSERTS(({ AZ_ASSERT(0); })); }',
      { SMP: 1 },
    )
    expect(output).toBe('ok one\n1 tests, 0 failed\n')
  })

  test.each([
    ['a failed check', 'AZ_TEST(one) { AZ_CHECK_EQ(1 + 1, 3); }', /1 \+ 1 is 2 .*FAIL one/s],
    ['a failed assertion', 'AZ_TEST(one) { AZ_ASSERT(0); }', /assertion failed: 0/],
    [
      'an overflow',
      'AZ_TEST(one) { volatile int x = 0x7fffffff; x = x + 1; }',
      hasAddressSanitizer ? /signed integer overflow/ : /SIG(ILL|TRAP)/,
    ],
    ['no test at all', '', /0 tests/],
    ['an error of the compiler', 'AZ_TEST(one) { nonsense(); }', /nonsense/],
  ])('fails for %s', async (_what, body, message) => {
    await expect(run(body)).rejects.toThrow(message)
  })
  test('a program that hangs is killed, and what it printed is told', async () => {
    const hangs = 'AZ_TEST(one) { puts("so far"); fflush(stdout); for (;;) continue; }'
    await expect(run(`#include <stdio.h>\n${hangs}`, {}, 1)).rejects.toThrow(/SIGKILL:\nso far/)
  })
  test.runIf(hasAddressSanitizer).each([
    [
      'a stray access',
      'AZ_TEST(one) { volatile char *p = malloc(1); p[1] = 0; }',
      /insufficient space|heap-buffer-overflow/,
    ],
    ['a leak', 'AZ_TEST(one) { void *volatile p = malloc(8); p = NULL; (void)p; }', /detected memory leaks/],
  ])('fails for %s (ASan: needs cc)', async (_what, body, message) => {
    await expect(run(body)).rejects.toThrow(message)
  })
})
