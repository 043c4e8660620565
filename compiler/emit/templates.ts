import Handlebars from 'handlebars'
import type { Arch } from '../component/index.ts'

/** What the templates of a flavour are filled with; docs/memory-map.md gives the reasons. */
export const machineOf: Readonly<Record<Arch, Readonly<Record<string, string | number>>>> = {
  x86_64: {
    arch: 'x86_64',
    virtualBase: '0xffffffff80000000',
    loadBase: '0x100000',
    tableShift: 21,
    imageBytesMax: '0x40000000',
  },
  i386: {
    arch: 'i386',
    virtualBase: '0xf0000000',
    loadBase: '0x100000',
    tableShift: 22,
    imageBytesMax: '0x8000000',
  },
}

/** Files of templates/ for a flavour. */
export const templatesOf: Readonly<Record<Arch, { readonly link: string; readonly boot: string }>> = {
  x86_64: { link: 'link/image.ld.hbs', boot: 'boot/pvh-x86_64.S.hbs' },
  i386: { link: 'link/image.ld.hbs', boot: 'boot/multiboot-i386.S.hbs' },
}

/** A template of templates/ filled in. A name that `values` lacks is an error. */
export function renderTemplate(
  text: string,
  values: Readonly<Record<string, string | number | boolean>>,
): string {
  return Handlebars.compile(text, { noEscape: true, strict: true })(values)
}
