import fc from 'fast-check'
import { expect, it } from 'vitest'
import { renderCommandLine, splitCommandLine } from './command-line.ts'

it('announces the ports, the environment and the arguments', () => {
  expect(renderCommandLine({})).toBe('az.link=0xe9 az.exit=0xf4')
  expect(renderCommandLine({ env: { A: '1', B: 'x y' }, args: ['-v', '--', ''], terminal: true })).toBe(
    'az.link=0xe9 az.exit=0xf4 az.tty=1 az.env=A=1 "az.env=B=x y" -- -v -- ""',
  )
})

it('comes back whole from any environment and arguments', () => {
  const text = fc.string({ unit: 'binary' }).map((value) => value.replaceAll('\0', ''))
  const name = fc.stringMatching(/^[A-Z_]{1,8}$/)
  fc.assert(
    fc.property(fc.dictionary(name, text), fc.array(text), (env, args) => {
      const words = splitCommandLine(renderCommandLine({ env, args }))
      const tail = args.length > 0 ? ['--', ...args] : []
      const expected = [
        'az.link=0xe9',
        'az.exit=0xf4',
        ...Object.entries(env).map(([k, v]) => `az.env=${k}=${v}`),
        ...tail,
      ]
      expect(words).toEqual(expected)
    }),
  )
})
