/** Expressions as text, with only the parentheses they need, the way C conf prints them. */
import type { Expr, KSymbol } from './model.ts'

/** Puts something after each symbol, such as ` [=y]`. */
export type Annotate = (symbol: KSymbol) => string

const plain: Annotate = () => ''

/** `A && (B || !C) && D="x"` without quotes around constants. An absent condition is `y`. */
export function expressionText(expr: Expr | undefined, annotate: Annotate = plain): string {
  return expr === undefined ? 'y' : text(expr, annotate, 0)
}

const NOT = 3
const AND = 2
const OR = 1

function text(expr: Expr, annotate: Annotate, around: number): string {
  switch (expr.kind) {
    case 'symbol':
      return symbolText(expr.symbol, annotate)
    case 'compare':
      return `${symbolText(expr.left, annotate)}${expr.op}${symbolText(expr.right, annotate)}`
    case 'not':
      return `!${text(expr.operand, annotate, NOT)}`
    case 'and':
    case 'or': {
      const strength = expr.kind === 'and' ? AND : OR
      const operator = expr.kind === 'and' ? ' && ' : ' || '
      const inside = expr.operands.map((operand) => text(operand, annotate, strength)).join(operator)
      return around > strength ? `(${inside})` : inside
    }
  }
}

function symbolText(symbol: KSymbol, annotate: Annotate): string {
  if (symbol.kind === 'choice' && symbol.name === '') return '<choice>'
  return symbol.name + annotate(symbol)
}
