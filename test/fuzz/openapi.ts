import { type Check, type Definitions, type Schema, checkOf, inlined } from './schema.ts'

/** What the OpenAPI document says of each operation, made ready to ask and to check. */

export type Parameter = {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly schema: Schema
}

export type Operation = {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly parameters: readonly Parameter[]
  readonly body: { readonly type: string; readonly schema: Schema } | null
  /** What is wrong with an answer by what is documented of its status, null where nothing is. */
  readonly fault: (answer: Answer) => string | null
}

export type Answer = { readonly status: number; readonly type: string | null; readonly text: string }

type Content = Readonly<Record<string, { readonly schema: Schema }>>
type Described = {
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
}
export type OpenApi = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
  readonly components: { readonly schemas: Definitions }
}

export function operationsOf({ paths, components }: OpenApi): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => {
      const { parameters = [], requestBody, responses } = inlined(described, components.schemas)
      const [content] = Object.entries(requestBody?.content ?? {})
      return {
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        parameters,
        body: content === undefined ? null : { type: content[0], schema: content[1].schema },
        fault: faultsBy(responses),
      }
    }),
  )
}

function faultsBy(responses: Described['responses']): Operation['fault'] {
  const checks = new Map<string, Map<string, Check>>()
  for (const [status, { content = {} }] of Object.entries(responses)) {
    const types = Object.entries(content).map(([type, { schema }]) => [type, checkOf(schema)] as const)
    checks.set(status, new Map(types))
  }
  return ({ status, type, text }) => {
    const types = checks.get(String(status)) ?? checks.get(`${String(status)[0]}XX`)
    if (types === undefined) return `status ${status} is not documented`
    if (types.size === 0) return text === '' ? null : `status ${status} has a body, and none is documented`
    const bare = type?.split(';')[0] ?? ''
    const check = types.get(bare)
    if (check === undefined) return `status ${status} is ${bare}, and documented is ${[...types.keys()].join(', ')}`
    if (!bare.endsWith('json') || bare.endsWith('ndjson')) return null
    return check(JSON.parse(text))
  }
}
