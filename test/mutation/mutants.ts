import { parseAst } from 'rolldown/parseAst'

/** One small change of a source: the text from `start` to `end` becomes `text`. */
export type Mutant = { readonly start: number; readonly end: number; readonly text: string; readonly what: string }

type Node = { type: string; start: number; end: number; [name: string]: unknown }

const SWAPPED: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
}
const METHODS = new Map(
  [
    ['some', 'every'],
    ['min', 'max'],
    ['find', 'findLast'],
    ['floor', 'ceil'],
  ].flatMap(([one, other]) => [[one!, other!] as const, [other!, one!] as const]),
)

/** Everything in a TypeScript source that is changed, one at a time: operators, conditions, figures, answers, statements. */
export function mutantsOf(source: string): Mutant[] {
  const mutants: Mutant[] = []
  const text = (node: Node) => source.slice(node.start, node.end)
  const put = (node: Node, replacement: string) =>
    mutants.push({
      start: node.start,
      end: node.end,
      text: replacement,
      what: `${short(text(node))} → ${short(replacement)}`,
    })
  const visit = (node: Node, parent: Node | null) => {
    if (
      node.type.startsWith('TS') &&
      !['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression'].includes(node.type)
    )
      return
    if (node.type === 'ImportDeclaration') return
    change(node, parent)
    for (const value of Object.values(node))
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) visit(child, node)
  }
  const change = (node: Node, parent: Node | null) => {
    switch (node.type) {
      case 'BinaryExpression':
      case 'LogicalExpression': {
        const [left, right] = [node['left'], node['right']] as [Node, Node]
        for (const operator of SWAPPED[String(node['operator'])] ?? [])
          put(node, `(${text(left)} ${operator} ${text(right)})`)
        return
      }
      case 'ConditionalExpression':
        put(node, `(${text(node['consequent'] as Node)})`)
        put(node, `(${text(node['alternate'] as Node)})`)
        return
      case 'IfStatement':
        put(node['test'] as Node, 'true')
        put(node['test'] as Node, 'false')
        return
      case 'UnaryExpression':
        if (node['operator'] === '!') put(node, text(node['argument'] as Node))
        return
      case 'Literal':
        if (typeof node['value'] === 'boolean') put(node, String(!node['value']))
        if (typeof node['value'] === 'number') put(node, String(node['value'] + 1))
        return
      case 'CallExpression': {
        const callee = node['callee'] as Node
        const name =
          callee.type === 'MemberExpression' && node['optional'] !== true ? text(callee['property'] as Node) : ''
        const other = METHODS.get(name)
        if (other !== undefined) put(callee['property'] as Node, other)
        if (name === 'filter') put(node, text(callee['object'] as Node))
        return
      }
      case 'ExpressionStatement':
        if (parent?.type === 'BlockStatement') put(node, ';')
        return
      case 'ReturnStatement':
        if (node['argument'] === null) put(node, ';')
    }
  }
  visit(parseAst(source, { lang: 'ts' }) as unknown as Node, null)
  return mutants
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length > 60 ? `${line.slice(0, 57)}…` : line
}

export function apply(source: string, { start, end, text }: Mutant): string {
  return source.slice(0, start) + text + source.slice(end)
}
