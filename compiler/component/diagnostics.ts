import { errorOf, type Diagnostic, type Span } from '../diag/index.ts'

export const invalidManifest = (span: Span, what: string, hint: string): Diagnostic =>
  errorOf('component/invalid-manifest', what, { span, hint })

export const misnamedComponent = (file: string, name: string, expected: string): Diagnostic =>
  errorOf('component/misnamed', `The manifest names itself "${name}", its folder says "${expected}"`, {
    span: { file },
    hint: `write name: '${expected}'`,
  })

export const duplicateComponent = (name: string, files: readonly string[]): Diagnostic =>
  errorOf('component/duplicate', `Two components are named "${name}"`, {
    because: files.map((file) => `${file} says so`),
    hint: 'a component is named after its folder below components/: rename one of the folders',
  })

export const duplicateSyscall = (syscall: string, components: readonly string[]): Diagnostic =>
  errorOf('component/duplicate-syscall', `The system call ${syscall} has two owners`, {
    because: components.map((name) => `${name} lists it in its component.ts`),
    hint: 'one component owns a system call; what varies lies below it, behind an interface',
  })

export const unknownInterface = (span: Span, name: string, nearest: string | undefined): Diagnostic =>
  errorOf('component/unknown-interface', `"${name}" is no interface`, {
    span,
    hint: nearest
      ? `did you mean "${nearest}"? All of them are in components/api/interfaces.ts`
      : 'all of them are in components/api/interfaces.ts',
  })
