import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { inlineJson, renderPage, type PageParts } from './render-page.ts'

const parts: PageParts = {
  html: '<head><!-- policy --><!-- title --><!-- style --></head><body><!-- a comment --><!-- data --><!-- script --><!-- licences --></body>',
  style: 'p { color: red }\n',
  licences: 'thing 1.0 --> is free\n',
  script: 'const end = "</script>"; const start = "<!--"; run($1, "$&")\n',
}
const title = '</script><script>alert(1)</script><!-- (x86_64) · azbuild report'
const document = {
  name: '</script><script>alert(1)</script><!--',
  command: 'azbuild report "\u2028"',
  sizes: { name: 'a & b' },
}

test('names of the program cannot end the data, and come back as they were', async () => {
  const page = await renderPage(parts, title, document)
  const elements = page.split(/<script/)
  expect(elements).toHaveLength(3) // the data, the script
  const data = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)![1]!
  expect(data).not.toMatch(/[<>\u2028\u2029]/)
  expect(JSON.parse(data)).toEqual(document)
  expect(page).toContain(
    '<title>&lt;/script>&lt;script>alert(1)&lt;/script>&lt;!-- (x86_64) · azbuild report</title>',
  )
  expect(JSON.parse(inlineJson('<!-- </script> \u2029'))).toBe('<!-- </script> \u2029')
})

test('the policy allows just this style and this script, and no request', async () => {
  const page = await renderPage(parts, title, document)
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(page)!
  const script = /<script>(.*?)<\/script>/s.exec(page)![1]!
  const style = /<style>(.*?)<\/style>/s.exec(page)![1]!
  expect(policy!.split('; ')).toEqual([
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ])
  expect(script).toBe('const end = "\\x3c/script>"; const start = "\\x3c!--"; run($1, "$&")')
  expect(page).toContain('<!-- a comment -->')
  expect(page).toContain('<!-- thing 1.0 - -> is free -->')
})

test('equal inputs give equal pages', async () => {
  expect(await renderPage(parts, title, document)).toBe(
    await renderPage(parts, title, structuredClone(document)),
  )
})

test('a page without a place for a part is a bug of ours', async () => {
  await expect(
    renderPage({ ...parts, html: parts.html.replace('<!-- data -->', '') }, title, document),
  ).rejects.toThrow(/data/)
})
