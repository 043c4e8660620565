/** What the conf front needs of the world. Texts hold one byte per character, so that any file survives unchanged. */
export interface ConfIo {
  /** The program's name in its messages. */
  readonly name: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Standard input and output are a terminal: what the user types shows by itself. */
  readonly isInteractive: boolean
  out(text: string): void
  err(text: string): void
  /** Sends on what `out` kept back. */
  flush(): void
  /** The next line of standard input with its new line, or undefined at the end. */
  readLine(): Promise<string | undefined>
  readFile(path: string): string | undefined
  /** Throws when it cannot. */
  writeFile(path: string, text: string): void
  /** Makes an empty file, or empties it. */
  touch(path: string): void
  rename(from: string, to: string): void
  isDirectory(path: string): boolean
  exists(path: string): boolean
  /** Makes a directory and all above it. */
  makeDirectory(path: string): void
  glob(pattern: string): readonly string[]
  /** Begins to run a command with /bin/sh; the function that it returns waits for its standard output. */
  startShell(command: string): () => string
  /** Differs between runs: the seed of randconfig when none is given. */
  entropy(): number
}
