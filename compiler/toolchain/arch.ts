/** The two flavours that azbuild builds for. */
export type Arch = 'x86_64' | 'i386'

export const archs: readonly Arch[] = ['i386', 'x86_64']
