import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { create } from 'xmlbuilder2'
import { errorOf } from '../diag/index.ts'
import { missingTool, titled } from '../../test/support/tools.ts'
import { renderJunit } from './junit.ts'

const problem = errorOf('link/over-budget', 'imageBytes is 12, 2 over the budget of 10 & <"more">', {
  because: ['app: a<b>::c]]> \u0007 new, 2 bytes'],
  hint: 'look',
})
const unknown = errorOf('link/unmeasured-budget', 'bootInstructions could not be measured')
const render = () =>
  renderJunit('azbuild image --check', [
    {
      name: 'web (i386)',
      checks: [
        { name: 'imageBytes', limit: 10, actual: 12, ok: false },
        { name: 'componentBytes:net/tcp', limit: 9, actual: 9, ok: true },
        { name: 'bootInstructions', limit: 5, actual: null, ok: false },
      ],
      problems: [problem, unknown],
    },
    { name: 'empty', checks: [], problems: [] },
  ])

/** This parser leaves entities as they are; the one below does not. */
test('a test case for each check; what grew is the failure, what is unknown an error', async () => {
  const xml = create(await render()).end({ format: 'object' }) as never
  expect(xml).toEqual({
    testsuites: {
      '@name': 'azbuild image --check',
      '@tests': '3',
      '@failures': '1',
      '@errors': '1',
      testsuite: [
        {
          '@name': 'web (i386)',
          '@tests': '3',
          '@failures': '1',
          '@errors': '1',
          testcase: [
            {
              '@classname': 'web (i386)',
              '@name': 'imageBytes',
              '@time': '0',
              failure: {
                '@type': 'link/over-budget',
                '@message': 'imageBytes is 12, 2 over the budget of 10 &amp; &lt;&quot;more&quot;&gt;',
                '#': 'imageBytes is 12, 2 over the budget of 10 &amp; &lt;"more"&gt;\n  app: a&lt;b&gt;::c]]&gt; \uFFFD new, 2 bytes\nhint: look',
              },
            },
            {
              '@classname': 'web (i386)',
              '@name': 'componentBytes:net/tcp',
              '@time': '0',
              'system-out': '9 of 9',
            },
            {
              '@classname': 'web (i386)',
              '@name': 'bootInstructions',
              '@time': '0',
              error: {
                '@type': 'link/unmeasured-budget',
                '@message': 'bootInstructions could not be measured',
                '#': 'bootInstructions could not be measured',
              },
            },
          ],
        },
        { '@name': 'empty', '@tests': '0', '@failures': '0', '@errors': '0' },
      ],
    },
  })
})

const missing = missingTool('python3')

test.runIf(missing === undefined)(titled('another parser reads the same', missing), async () => {
  const script =
    'import sys, xml.etree.ElementTree as E\nr = E.fromstring(sys.stdin.buffer.read())\nprint(r.tag, [(c.get("name"), [e.tag for e in c]) for c in r.iter("testcase")])\nprint(r.find(".//failure").text)'
  const out = execFileSync('python3', ['-c', script], { input: await render(), encoding: 'utf8' })
  expect(out).toContain(
    "testsuites [('imageBytes', ['failure']), ('componentBytes:net/tcp', ['system-out']), ('bootInstructions', ['error'])]",
  )
  expect(out).toContain('app: a<b>::c]]> \uFFFD new, 2 bytes')
})
