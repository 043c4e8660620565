import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWorkshop, TEST_ARCHES, type TestArch, type Workshop } from '../../test/support/compile.ts'
import { ByteView } from './view.ts'
import { instructionLength } from './x86-instruction.ts'

/** Instructions that compilers rarely choose; the assembler of clang says how long each is. */
const RARE: Readonly<Record<TestArch, readonly string[]>> = {
  x86_64: [
    'movabsq $0x1122334455667788, %rax',
    'movabsb 0x1122334455667788, %al',
    'movw $0x1234, (%rax)',
    'movl %gs:(%eax), %ecx',
    'lock cmpxchg16b 16(%r13)',
    'movq %cr3, %rax',
    'movq %rax, %dr7',
    'fxsave64 (%rdi)',
    'swapgs',
    'wrmsr',
    'sysretq',
    'vaddpd 256(%rdi), %zmm1, %zmm2 {%k1} {z}',
    'vfmadd231ph %xmm1, %xmm2, %xmm3',
    'vpternlogd $3, %zmm1, %zmm2, %zmm3',
    'vzeroupper',
    'movq $-1, %r15',
    'testw $0x1234, %cx',
    'notq (%rsp)',
    'jmp *0x1000(,%rcx,8)',
    'callq *%gs:8',
    'enter $16, $2',
    'pushq $0x12345678',
    'popq (%rax)',
    'int $0x80',
    'syscall',
    'ud2',
  ],
  i386: [
    'movl 0x11223344, %eax',
    'movw (%bx,%si), %ax',
    'movw 0x1234(%bp), %ax',
    'movw 0x12, %cx',
    'ljmp $8, $0x1000',
    'lcall $8, $0x1000',
    'lds (%eax), %ecx',
    'bound %eax, (%ecx)',
    'arpl %ax, (%ecx)',
    'aam $10',
    'pusha',
    'into',
    'lgdt (%eax)',
    'movl %cr0, %eax',
    'vaddps %ymm1, %ymm2, %ymm3',
    'vpaddd (%eax), %zmm1, %zmm2',
    'fnsave (%eax)',
    'cmpxchg8b (%edi)',
    'jecxz .',
    'sysenter',
    'int $0x80',
  ],
}

const COMPILED = `typedef unsigned long long u64;
double mix(double *a, long n) { double s = 0; for (long i = 0; i < n; i++) s += a[i] * a[n - i] / 3; return s; }
long double wide(long double x, int k) { return k ? x * x + 1.5L : x / k; }
u64 bits(u64 x, int n) { return (x << n | x >> (64 - n)) % 1000003 + __builtin_popcountll(x) * __builtin_bswap64(x); }
int choose(int n) { switch (n) { case 1: return 7; case 2: return 99; case 3: return -4; case 4: return 1000000; case 9: return 5; } return n * 13; }
void fill(char *p, const char *q) { __builtin_memcpy(p, q, 200); __builtin_memset(p + 200, 7, 333); }
int swap(int *p, int v) { return __atomic_exchange_n(p, v, 5) + __atomic_fetch_add(p, 3, 5); }
float shuffle(float *v) { float t[16]; for (int i = 0; i < 16; i++) t[i] = v[15 - i] * (i & 3); float s = 0; for (int i = 0; i < 16; i++) s += t[i]; return s; }
`

let shop: Workshop
beforeAll(() => {
  shop = openWorkshop('x86')
})
afterAll(() => shop.remove())

/** Assembles with the bytes of each instruction as a comment; fields that the linker fills read as 0. */
async function encodings(
  arch: TestArch,
  file: string,
): Promise<readonly { text: string; bytes: Uint8Array }[]> {
  const triple = `${arch}-unknown-linux-musl`
  const features = ['+avx512f', '+avx512fp16', '+cx16'].flatMap((one) => ['-target-feature', one])
  const options = ['-cc1as', '-triple', triple, ...features, '-filetype', 'asm', '-show-encoding', '-o', '-']
  const listing = await shop.zig('clang', ...options, file)
  const rows = [...listing.matchAll(/^\t(.*?)\s*# encoding: \[(.*)\]$/gm)]
  return rows.map(([, text = '', fields = '']) => ({
    text,
    bytes: Uint8Array.from(
      fields.split(',').map((field) => parseInt(/^0x[0-9a-f]{2}/.exec(field)?.[0] ?? '0', 16)),
    ),
  }))
}

describe.each(TEST_ARCHES)('%s', (arch) => {
  const bits = arch === 'i386' ? 32 : 64
  const measured = async (file: string) =>
    (await encodings(arch, file)).map(({ text, bytes }) => ({
      text,
      length: bytes.length,
      measured: instructionLength(new ByteView(bytes), 0, bits),
    }))

  test.each(['-Os', '-O2 -mavx2 -mfma', '-O3 -march=skylake-avx512', '-O0'])(
    'measures compiled code, %s',
    async (flags) => {
      const source = `${arch}/mix.c`
      shop.host.write(`${shop.folder}/${source}`, COMPILED)
      const output = `${shop.folder}/${arch}/mix${flags.replaceAll(/[ =]/g, '')}.s`
      const target = `--target=${arch}-unknown-linux-musl`
      await shop.zig('clang', target, ...flags.split(' '), '-fno-pic', '-w', '-S', source, '-o', output)
      const rows = await measured(output)
      expect(rows.length).toBeGreaterThan(100)
      expect(rows.filter((one) => one.length !== one.measured)).toEqual([])
    },
  )

  test('measures instructions that compilers rarely choose', async () => {
    const file = `${shop.folder}/${arch}/rare.s`
    shop.host.write(file, RARE[arch].join('\n') + '\n')
    const rows = await measured(file)
    expect(rows.length).toBeGreaterThanOrEqual(RARE[arch].length)
    expect(rows.filter((one) => one.length !== one.measured)).toEqual([])
  })

  test('says 0 for bytes that are no instruction, and never reads beyond the end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 18 }), fc.nat(18), (bytes, at) => {
        const length = instructionLength(new ByteView(bytes), at, bits)
        expect(length === 0 || (length <= 15 && at + length <= bytes.length)).toBe(true)
      }),
      { numRuns: 5000 },
    )
  })
})

test('bytes that 64-bit mode has dropped are no instruction there', () => {
  for (const byte of [0x06, 0x27, 0x60, 0x82, 0x9a, 0xd4, 0xea]) {
    const view = new ByteView(new Uint8Array(8).fill(0).with(0, byte))
    expect([instructionLength(view, 0, 64), instructionLength(view, 0, 32) > 0]).toEqual([0, true])
  }
})
