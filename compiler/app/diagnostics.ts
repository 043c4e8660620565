import { errorOf, type Diagnostic, type Span } from '../diag/index.ts'

export const noSuchFolder = (folder: string): Diagnostic =>
  errorOf('app/no-such-folder', `There is no folder ${folder}`, {
    hint: 'name the folder that holds the app, or make one: azbuild new app NAME',
  })

export const noApp = (workspace: string | undefined): Diagnostic =>
  errorOf('app/no-app', 'No app was named', {
    hint: workspace
      ? `name its folder, or set default: '<image>' in ${workspace}`
      : 'name its folder: azbuild image examples/hello-http',
  })

export const noSources = (folder: string): Diagnostic =>
  errorOf('app/no-sources', `There is no C source in ${folder}`, {
    hint: 'a main.c is enough; `sources` in shog.config.ts names files elsewhere',
  })

export const noMatch = (pattern: string, config: string): Diagnostic =>
  errorOf('app/no-match', `"${pattern}" in \`sources\` matches no file`, {
    span: { file: config },
    hint: 'paths and globs are relative to the folder of shog.config.ts',
  })

export const unsupportedLanguage = (file: string): Diagnostic =>
  errorOf('app/unsupported-language', `${languageOf(file)} cannot be built yet`, {
    span: { file },
    hint: 'leave the file out with `exclude` in shog.config.ts if the app can do without it',
  })

export const invalidConfig = (span: Span, what: string, hint?: string): Diagnostic =>
  errorOf('app/invalid-config', what, { span, ...(hint ? { hint } : {}) })

export const missingFile = (file: string, field: string, config: string): Diagnostic =>
  errorOf('app/missing-file', `${file}, named in \`${field}\`, is not there`, { span: { file: config } })

function languageOf(file: string): string {
  return /\.(cc|cpp|cxx|C)$/.test(file) ? 'C++' : `A source of this kind (${file.split('.').at(-1)})`
}
