/** Random Kconfig trees: mostly sound ones for laws of evaluation, and text that only looks like Kconfig. */
import fc from 'fast-check'

const NAMES = ['A', 'B', 'C', 'D', 'E', 'F', 'MODULES', 'NUM', 'TEXT']

/** An expression over symbols defined before `index`, so that nothing can loop. */
function expression(index: number): fc.Arbitrary<string> {
  const symbol = index === 0 ? fc.constantFrom('y', 'n', 'm') : fc.constantFrom('y', 'm', ...range(index))
  const { expr } = fc.letrec<{ expr: string }>((tie) => ({
    expr: fc.oneof(
      { depthSize: 'small' },
      symbol,
      symbol,
      fc
        .tuple(symbol, fc.constantFrom('=', '!=', '<', '>='), fc.constantFrom('y', 'm', 'n', '"4"'))
        .map((x) => x.join(' ')),
      tie('expr').map((x) => `!(${x})`),
      fc.tuple(tie('expr'), fc.constantFrom('&&', '||'), tie('expr')).map((x) => `(${x.join(' ')})`),
    ),
  }))
  return expr
}

const range = (count: number): string[] => Array.from({ length: count }, (_, i) => `S${i}`)

const TYPES = ['tristate', 'bool', 'tristate', 'int', 'tristate', 'hex', 'string', 'tristate'] as const
const COUNT = TYPES.length

/** One definition of S<index>. */
function definition(index: number): fc.Arbitrary<string> {
  return fc
    .record({
      type: fc.constant(TYPES[index] ?? 'bool'),
      prompt: fc.boolean(),
      depends: fc.option(expression(index), { nil: undefined }),
      byDefault: fc.option(expression(index), { nil: undefined }),
      condition: fc.option(expression(index), { nil: undefined }),
      // Selecting forwards keeps the tree free of loops.
      select: fc.option(
        fc.constantFrom(...range(COUNT).filter((_, i) => i > index && TYPES[i]?.startsWith('t')), undefined),
      ),
      range: fc.boolean(),
      number: fc.integer({ min: 0, max: 20 }),
    })
    .map((d) => {
      const isBoolean = d.type === 'bool' || d.type === 'tristate'
      const value = isBoolean
        ? d.byDefault
        : d.type === 'string'
          ? `"v${d.number}"`
          : d.type === 'hex'
            ? `0x${d.number}`
            : `${d.number}`
      return [
        `config S${index}`,
        `\t${d.type}${d.prompt ? ` "Prompt of S${index}"` : ''}`,
        ...(d.depends === undefined ? [] : [`\tdepends on ${d.depends}`]),
        ...(value === undefined
          ? []
          : [`\tdefault ${value}${d.condition === undefined ? '' : ` if ${d.condition}`}`]),
        ...(isBoolean && d.select ? [`\tselect ${d.select}`] : []),
        ...(d.range && (d.type === 'int' || d.type === 'hex') ? ['\trange 3 11'] : []),
        '',
      ].join('\n')
    })
}

/** A tree of eight symbols, some in menus, ifs and a choice; select never points backwards. */
export const soundTree: fc.Arbitrary<string> = fc
  .record({
    definitions: fc.tuple(...range(COUNT).map((_, i) => definition(i))),
    blocks: fc.array(fc.constantFrom('menu', 'if', 'none'), { minLength: COUNT, maxLength: COUNT }),
    modules: fc.boolean(),
    optional: fc.boolean(),
    choiceType: fc.constantFrom('bool', 'tristate'),
  })
  .map(({ definitions, blocks, modules, optional, choiceType }) =>
    [
      `config MODULES\n\tbool "Modules"\n\tmodules\n\tdefault ${modules ? 'y' : 'n'}\n`,
      ...definitions.map((text, i) =>
        blocks[i] === 'menu'
          ? `menu "Menu ${i}"\n\n${text}\nendmenu\n`
          : blocks[i] === 'if' && i > 0
            ? `if S${i - 1}\n${text}\nendif\n`
            : text,
      ),
      `choice\n\tprompt "Choice"\n${optional ? '\toptional\n' : ''}\tdepends on S0\n`,
      ...['X', 'Y', 'Z'].map((name) => `config CH_${name}\n\t${choiceType} "${name}"\n`),
      'endchoice\n',
    ].join('\n'),
  )

/** Assignments to those symbols, right and wrong ones. */
export const someConfig: fc.Arbitrary<string> = fc
  .array(
    fc.tuple(
      fc.constantFrom('MODULES', 'CH_X', 'CH_Y', 'CH_Z', 'NOWHERE', ...range(COUNT)),
      fc.constantFrom('y', 'm', 'n', '5', '0x7', '200', '"text"', '"open', ''),
    ),
    { maxLength: 20 },
  )
  .map((lines) =>
    lines
      .map(([name, value]) => (value === 'n' ? `# CONFIG_${name} is not set` : `CONFIG_${name}=${value}`))
      .join('\n'),
  )

const WORDS = [
  ...[
    'config',
    'menuconfig',
    'choice',
    'endchoice',
    'menu',
    'endmenu',
    'if',
    'endif',
    'source',
    'comment',
    'mainmenu',
  ],
  ...[
    'bool',
    'tristate',
    'int',
    'hex',
    'string',
    'def_bool',
    'default',
    'depends',
    'on',
    'select',
    'imply',
    'range',
  ],
  ...[
    'prompt',
    'help',
    '---help---',
    'visible',
    'optional',
    'modules',
    'option',
    'env',
    'transitional',
    'rsource',
  ],
  ...[
    '"text"',
    "'it'",
    '"open',
    '$(X)',
    '$(shell,echo y)',
    '$(info,a)',
    '$(error-if,y,b)',
    '$(',
    '$',
    '"$(Y)"',
    '$(Y,$(1))',
  ],
  ...[
    'X =',
    'Y :=',
    'X +=',
    '&&',
    '||',
    '!',
    '(',
    ')',
    '=',
    '!=',
    '<',
    '>=',
    '\\',
    '#',
    '\t',
    '  ',
    '\n',
    '\n',
    '\n',
    '\n\t',
    '\r\n',
    '\0',
    'é',
  ],
  ...NAMES,
]

/** Text of the words of Kconfig in any order. */
export const anyText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof({ weight: 30, arbitrary: fc.constantFrom(...WORDS) }, { weight: 1, arbitrary: fc.string() }),
    { maxLength: 120 },
  )
  .map((words) => words.join(' '))
