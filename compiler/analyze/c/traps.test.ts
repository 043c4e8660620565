import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWorkshop, TEST_ARCHES, type TestArch, type Workshop } from '../../../test/support/compile.ts'
import { explainChain } from '../explain.ts'
import { analyzeC } from './analyze-c.ts'
import type { CProgram } from './input.ts'

let shop: Workshop
beforeAll(() => {
  shop = openWorkshop('traps')
})
afterAll(() => shop.remove())

const TRAP_CALLS = {
  names: new Map([
    [0, 'read'],
    [1, 'write'],
    [39, 'getpid'],
    [40, 'sendfile'],
  ]),
  foreign: new Set([102]),
}

let made = 0
/** What a program of one file asks for; assembly when `name` ends in `.s`. */
async function analyzed(
  arch: TestArch,
  name: string,
  source: string,
  change: Partial<CProgram> & { readonly flags?: readonly string[] } = {},
) {
  const path = await shop.compile(arch, `${made++}-${name}`, source, change.flags)
  return analyzeC({
    objects: [{ path: name, bytes: shop.read(path) }],
    archives: [],
    syscalls: new Set(TRAP_CALLS.names.values()),
    features: new Map([['az_trap_door', 'syscall.trap']]),
    trapCalls: TRAP_CALLS,
    mapSource: (source) => source.replace(/^.*\/\d+-/, ''),
    ...change,
  })
}

/** The words in which the assembly of the flavours differs. */
const WORDS: Readonly<Record<TestArch, Readonly<Record<string, string>>>> = {
  x86_64: { SYSCALL: 'syscall', SP: '%rsp', AX: '%rax', INDEX: '%rdx,8', '.WORD': '.quad' },
  i386: { SYSCALL: 'int $0x80', SP: '%esp', AX: '%eax', INDEX: '%edx,4', '.WORD': '.long' },
}

/** The calls that code in main() asks for; `?` for one that is not decided. */
async function callsOf(arch: TestArch, code: string): Promise<readonly string[]> {
  let text = `.section .text.main,"ax"\n.globl main\nmain:\n${code}\nret\n`
  for (const [word, meant] of Object.entries(WORDS[arch])) text = text.replaceAll(word, meant)
  const result = await analyzed(arch, 'main.s', text)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  const { syscalls, undecided } = result.value.demand
  return [...syscalls.map((one) => one.name), ...undecided.map(() => '?')]
}

/** Where the distances of a table count from is said by i386's relocations and not by x86_64's. */
const LIBRARY = { x86_64: ['getpid', 'syscall'], i386: ['getpid', 'write'] } as const

describe.each(TEST_ARCHES)('%s', (arch) => {
  const decided = test.each<[string, string, readonly string[]]>([
    ['a move', 'mov $39, %eax; SYSCALL', ['getpid']],
    ['a cleared register', 'xor %eax, %eax; SYSCALL', ['read']],
    ['bytes that mean something else', 'mov $0x50f, %eax; mov $0x80cd, %ecx', []],
    ['arguments between', 'mov $1, %eax; mov $1, %edi; lea 4(SP), %esi; add %esi, %edx; SYSCALL', ['write']],
    ['another register', 'mov $39, %ebx; SYSCALL; mov %ebx, %eax; SYSCALL', ['getpid', '?']],
    ['a step up', 'xor %eax, %eax; inc %eax; SYSCALL', ['write']],
    ['two calls', 'mov $39, %eax; SYSCALL; mov $1, %eax; SYSCALL', ['getpid', 'write']],
    ['a result in the accumulator', 'mov $39, %eax; SYSCALL; SYSCALL', ['getpid', '?']],
    ['a register over a call', 'mov $39, %ebx; call main; mov %ebx, %eax; SYSCALL', ['getpid']],
    ['a register that calls do not keep', 'mov $39, %ecx; call main; mov %ecx, %eax; SYSCALL', ['?']],
    ['a byte of the accumulator', 'mov $39, %eax; mov $1, %ah; SYSCALL', ['?']],
    ['a byte of another register', 'mov $39, %ebx; mov $1, %bh; mov %ebx, %eax; SYSCALL', ['?']],
    ['a flag in the accumulator', 'mov $39, %eax; sete %al; SYSCALL', ['?']],
    ['an exchange', 'mov $39, %eax; xchg %eax, %ebx; SYSCALL', ['?']],
    ['a push and its pop', 'push $39; pop AX; SYSCALL', ['getpid']],
    ['a push that memory changes', 'push $39; incl (SP); pop AX; SYSCALL', ['?']],
    ['code for exceptions', 'mov $39, %ebx; 1: mov %ebx, %eax; SYSCALL; ret; mov $1, %ebx; jmp 1b', ['?']],
    ['a gap for alignment', 'mov $39, %ebx; jmp 1f; .p2align 4; 1: mov %ebx, %eax; SYSCALL', ['getpid']],
    ['memory', 'mov 8(SP), %eax; SYSCALL', ['?']],
    ['half of it', 'mov $39, %eax; mov $1, %ax; SYSCALL', ['?']],
    ['a comparison', 'mov $39, %eax; cmp $3, %eax; test %eax, %eax; SYSCALL', ['getpid']],
    ['an instruction we do not follow', 'mov $39, %eax; cpuid; SYSCALL', ['?']],
    ['the same on both ways', 'mov $39, %eax; jz 1f; mov $39, %eax; 1: SYSCALL', ['getpid']],
    ['different ways', 'mov $39, %eax; jz 1f; mov $1, %eax; 1: SYSCALL', ['?']],
    ['a way round', 'mov $39, %ebx; 1: mov %ebx, %eax; SYSCALL; dec %edx; jnz 1b', ['getpid']],
    ['a way round that changes it', 'mov $39, %ebx; 1: mov %ebx, %eax; SYSCALL; inc %ebx; jnz 1b', ['?']],
    ['a way from behind', 'jmp 2f; 1: SYSCALL; ret; 2: mov $39, %eax; jmp 1b', ['getpid']],
    ['a label of another object', 'mov $39, %eax; .globl inside; inside: SYSCALL', ['?']],
    ['a value of the linker', 'mov $main, %eax; SYSCALL', ['?']],
    ['a number of none', 'mov $4000, %eax; SYSCALL', []],
    ['a prefix', 'mov $39, %eax; rep SYSCALL', ['getpid']],
    ['bytes that are no code', 'mov $39, %eax; SYSCALL; ret; .byte 0x0f, 0x04', ['?']],
    [
      'a table of places',
      'mov $39, %eax; jmp *t(,INDEX); 1: mov $1, %eax; 2: SYSCALL; ret; .data; t: .WORD 1b, 2b',
      ['?'],
    ],
  ])
  decided('%s', async (_, code, calls) => expect(await callsOf(arch, code)).toEqual(calls))

  const WRAPPERS = `static inline long raw(long n)
{
    long result;
    __asm__ volatile("${WORDS[arch].SYSCALL}" : "=a"(result) : "a"(n) : "rcx", "memory");
    return result;
}
void unused(void) { raw(1); }
int helper(void)
{
    return raw(39);
}
int main(int argc, char **argv)
{
    return argc > 1 ? helper() : raw(NUMBER);
}
`.replace('"rcx"', arch === 'x86_64' ? '"rcx", "r11"' : '"cc"')

  test('the door and the calls are demanded, with the line; what nothing reaches is not', async () => {
    const result = await analyzed(arch, 'main.c', WRAPPERS.replace('NUMBER', '40'))
    if (!result.ok) throw new Error(JSON.stringify(result.problems))
    const { demand, appStepsTo } = result.value
    const told = (list: typeof demand.syscalls) =>
      Object.fromEntries(list.map((one) => [one.name, explainChain(one)]))
    const line = 'main.c:4'
    expect(told(demand.syscalls)).toEqual({
      getpid: [`${line} main traps to az_sys_getpid`],
      sendfile: [`${line} main traps to az_sys_sendfile`],
    })
    expect(told(demand.features)).toEqual({ 'syscall.trap': [`${line} main traps to az_trap_door`] })
    expect(demand.undecided).toEqual([])
    expect(explainChain({ because: appStepsTo('getpid') })).toEqual([`${line} main traps to az_sys_getpid`])
    expect(appStepsTo('syscall.trap')).toHaveLength(1)
  })

  test('a number that only runs tell is undecided', async () => {
    const result = await analyzed(arch, 'main.c', WRAPPERS.replace('NUMBER', 'argc'))
    expect(result.ok && result.value.demand.undecided.map(explainChain)).toEqual([
      ['main.c:4 main traps to az_sys_dynamic'],
    ])
  })

  test('a call that Linux takes otherwise is refused', async () => {
    const result = await analyzed(arch, 'main.c', WRAPPERS.replace('NUMBER', '102'))
    expect(result.ok ? [] : result.problems.map(({ code, span }) => [code, span?.line])).toEqual([
      ['analyze/foreign-trap', 4],
    ])
  })

  test('the instruction of the other flavour is for the link to refuse', async () => {
    const other = arch === 'x86_64' ? 'int $0x80' : 'syscall'
    const text = `.globl main\nmain: mov $39, %eax; ${other}; sysenter; ret\n`
    const result = await analyzed(arch, 'main.s', text)
    expect(result.ok && [result.value.demand.features, result.value.demand.syscalls]).toEqual([[], []])
  })

  test('a library from elsewhere, with a table of distances', async () => {
    const cases = Array.from({ length: 9 }, (_, n) => `case ${n}: return raw(39) + f(${n * n});`).join(' ')
    const choose = `int f(int), g(int); int choose(int n) { switch (n) { ${cases} } return g(raw(1)); }`
    const source = WRAPPERS.replace('int main', `${choose} int main`).replace('raw(NUMBER)', 'choose(argc)')
    const result = await analyzed(arch, 'main.c', source, {
      flags: ['-fPIC', '-O2'],
      provided: new Set(['f', 'g']),
    })
    if (!result.ok) throw new Error(JSON.stringify(result.problems))
    const { syscalls, undecided } = result.value.demand
    expect([...syscalls, ...undecided].map(({ name }) => name)).toEqual(LIBRARY[arch])
  })
})
