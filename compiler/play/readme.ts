import type { SiteFile } from './site.ts'

const uses: Readonly<Record<string, string>> = {
  'index.html': 'the page to open',
  'main.css': 'how it looks',
  'main.js': 'the page: console (xterm.js) and frame',
  'worker.js': 'the worker with the emulator and the network',
  'service-worker.js': "answers the frame's requests from the guest",
  'v86/libv86.mjs': 'the emulator v86',
  'v86/v86.wasm': 'its processor',
  'image.elf': 'the image that boots',
  'machine.json': 'memory, arguments and environment of the machine',
  'symbols.json': 'functions and lines, fetched when the guest panics',
  'NOTICE.txt': 'licences',
}

/** README.md of an export: what the files are, and what a server has to do for them. */
export function renderReadme(name: string, site: readonly SiteFile[]): string {
  const rows = site.map(({ path, bytes }) => `| ${path} | ${bytes.length} | ${uses[path] ?? ''} |`)
  return `# ${name}, in a browser

Static files, written by \`azbuild export web\`. Put the folder on any server, at any path, and open it:

\`\`\`sh
python3 -m http.server 8000 --bind 127.0.0.1
\`\`\`

- Over **https**, or as **localhost**: browsers start service workers nowhere else, and without one the guest's page is not shown
  (its console is). Opened as a file, the page does not start.
- The page has its own Content-Security-Policy. A server that sends one must allow as much:
  \`script-src 'self' 'wasm-unsafe-eval'; worker-src blob: 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; frame-src 'self'\`.
- \`.wasm\` is best sent as \`application/wasm\`, \`.js\` and \`.mjs\` must come as \`text/javascript\`.
- The guest's pages run in the origin of this site: let it share that with nothing it should not see.
- Nothing is fetched from elsewhere, and the guest cannot reach out.

| file | bytes | is |
|---|---|---|
${rows.join('\n')}
`
}
