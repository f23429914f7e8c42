import { z } from 'zod'
import { type Code, problems } from '../codes.ts'
import { idempotencyKey } from '../domain/schema.ts'
import { answerExamples, bodyExamples } from './api-examples.ts'
import { codeTexts } from '../protocol/code-texts.ts'
import type { RouteFacts } from './openapi.ts'
import type { Role } from '../domain/schema.ts'

export type Schema = { [name: string]: unknown }
export type Parameter = {
  name: string
  in: string
  required?: boolean
  description?: string
  schema: Schema
}
type Media = { schema?: Schema; example?: unknown }
export type Response = { description: string; headers?: Schema; content?: Record<string, Media> }
export type Operation = {
  operationId: string
  summary: string
  description?: string
  tags: string[]
  security?: object[]
  parameters?: Parameter[]
  requestBody?: { required?: boolean; content: Record<string, Media> }
  responses: Record<string, Response>
  'x-route'?: RouteFacts
  /** The least role it is for, or `anyone`. */
  'x-role'?: string
}
export type Document = {
  info: { title: string; version: string; description: string }
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

const STATUS_TEXTS: Readonly<Record<string, string>> = {
  200: 'As it is now',
  201: 'Made',
  204: 'Done',
  304: 'As it was',
}
const PROBLEM_TYPE = 'application/problem+json'
/** What every route may answer, besides its own refusals. */
const OF_ALL: readonly Code[] = ['unauthenticated', 'internal', 'try_again']
const OF_BODIES: readonly Code[] = ['payload_too_large', 'unsupported_media_type', 'request_timeout']

/** The document that the routes give, with what they cannot say by their shapes. */
export function finished(document: Document): Document {
  const { schemas } = document.components
  for (const [code, { when, fields = {} }] of Object.entries(codeTexts)) {
    const { title, status } = problems[code as Code]
    schemas[problemName(code)] = {
      title,
      description: when,
      allOf: [{ $ref: reference('Problem') }, own(code, status, fields)],
    }
  }
  for (const operations of Object.values(document.paths))
    for (const [method, operation] of Object.entries(operations)) finish(method, operation)
  schemas['Problem'] = { ...schemas['Problem'], additionalProperties: true }
  for (const [name, schema] of Object.entries(schemas)) if (!name.endsWith('Input')) open(schema)
  dropUnused(document)
  return withPlainNames(document)
}

/** Where what is sent and what is answered have one shape, it has one name. */
function withPlainNames(document: Document): Document {
  const { schemas } = document.components
  const same = Object.keys(schemas).filter((name) => {
    const plain = schemas[plainName(name)]
    return name.endsWith('Input') && (plain === undefined || JSON.stringify(plain) === JSON.stringify(schemas[name]))
  })
  const text = same.reduce(
    (all, name) => all.replaceAll(`"${reference(name)}"`, `"${reference(plainName(name))}"`),
    JSON.stringify(document),
  )
  const renamed = JSON.parse(text) as Document
  for (const name of same) {
    renamed.components.schemas[plainName(name)] ??= renamed.components.schemas[name]!
    delete renamed.components.schemas[name]
  }
  return renamed
}

function plainName(name: string): string {
  return name.replace(/Input$/, '')
}

function reference(name: string): string {
  return `#/components/schemas/${name}`
}

/** What a problem of this code holds beyond what all hold. */
function own(code: string, status: number, fields: z.ZodRawShape): Schema {
  const { properties, required = [] } = jsonSchema(z.object(fields))
  return {
    type: 'object',
    properties: { code: { const: code }, status: { const: status }, ...(properties as object) },
    required: ['code', 'status', ...(required as string[])],
  }
}

export function jsonSchema(shape: z.ZodType): Schema {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, {
    io: 'output',
    target: 'draft-2020-12',
    metadata: z.registry(),
  }) as Schema
  return schema
}

function problemName(code: string): string {
  return `Problem_${code}`
}

function finish(method: string, operation: Operation): void {
  const { 'x-route': facts, ...rest } = operation
  if (facts === undefined) return
  delete operation['x-route']
  const { operationId, requestBody, parameters = [] } = rest
  const who = facts.role === null ? '' : ` ${WHO[facts.role]}`
  operation.description = `${rest.description ?? `${rest.summary}.`}${who}`
  operation['x-role'] = facts.role ?? 'anyone'
  operation.security = securityOf(operationId, facts)
  for (const parameter of parameters) {
    parameter.description ??=
      ownParameters[`${operationId} ${parameter.name}`] ??
      describedParameters[parameter.name] ??
      `The ${parameter.name}.`
    if (parameter.name === 'if-match') parameter.name = 'If-Match'
    if (parameter.name === 'idempotency-key') {
      parameter.name = 'Idempotency-Key'
      parameter.schema = jsonSchema(idempotencyKey)
      parameter.required = operationId === 'placeBid'
    }
  }
  if (requestBody !== undefined) finishBody(operationId, requestBody)
  const codes = [...new Set([...facts.refusals, ...commonCodes(method, operation, facts)])]
  for (const [status, response] of Object.entries(refusalsByStatus(codes))) operation.responses[status] = response
  for (const [status, response] of Object.entries(operation.responses))
    if (Number(status) < 400) {
      if (response.description === 'Default Response') response.description = STATUS_TEXTS[status] ?? rest.summary
      response.headers = { ...headers[`${operationId} ${status}`], ...requestId }
      const json = response.content?.['application/json']
      if (json !== undefined && operationId in answerExamples) json.example = answerExamples[operationId]
      open(response.content)
    }
}

const WHO: Readonly<Record<Role, string>> = {
  bidder: 'For anyone who is signed in.',
  seller: 'For sellers and admins.',
  admin: 'For admins.',
}

function commonCodes(
  method: string,
  { requestBody, parameters }: Operation,
  { role, limited, readsQuery }: RouteFacts,
): Code[] {
  // A body that nobody asked for is read all the same.
  const takesBody = requestBody !== undefined || method !== 'get'
  return [
    ...OF_ALL,
    ...(role === null ? [] : (['forbidden'] as const)),
    ...(limited ? (['rate_limited'] as const) : []),
    ...(takesBody ? OF_BODIES : []),
    ...(parameters?.some((one) => one.in === 'path') === true ? (['uri_too_long'] as const) : []),
    ...(takesBody || readsQuery || parameters !== undefined ? (['invalid_request'] as const) : []),
  ]
}

function securityOf(operationId: string, { role }: RouteFacts): object[] {
  if (operationId === 'refreshSession') return [{ refreshCookie: [] }]
  return role === null ? [{}, { bearer: [] }] : [{ bearer: [] }]
}

/** A body that may be left out is an object all the same; of a bid's fields one is given. */
function finishBody(operationId: string, body: NonNullable<Operation['requestBody']>): void {
  for (const media of Object.values(body.content)) {
    const { anyOf } = media.schema as { anyOf?: Schema[] }
    const object = anyOf?.find(({ type }) => type === 'object')
    const isOptional = anyOf?.some(({ type }) => type === 'null') ?? false
    body.required = !isOptional
    if (object !== undefined && isOptional) media.schema = object
    if (operationId === 'placeBid') media.schema = oneOfFields(media.schema!)
    // A format may be left out, so what is given may be of more than one shape.
    if (operationId === 'createAuction') media.schema = { anyOf: media.schema!['oneOf'] }
    const example = bodyExamples[operationId]
    if (example !== undefined) media.example = example
  }
}

/** An object of optional fields of which exactly one is given, as alternatives. */
export function oneOfFields(object: Schema, always: readonly string[] = []): Schema {
  const properties = object['properties'] as Record<string, Schema>
  const fixed = Object.fromEntries(always.map((name) => [name, properties[name]]))
  const alternatives = Object.keys(properties).filter((name) => !always.includes(name))
  return {
    oneOf: alternatives.map((name) => ({
      title: name,
      type: 'object',
      properties: { ...fixed, [name]: properties[name] },
      required: [...always, name],
      additionalProperties: false,
    })),
  }
}

function refusalsByStatus(codes: readonly Code[]): Record<string, Response> {
  const responses: Record<string, Response> = {}
  for (const status of new Set(codes.map((code) => problems[code].status))) {
    const own = codes.filter((code) => problems[code].status === status)
    const refs = own.map((code) => ({ $ref: reference(problemName(code)) }))
    const mapping = Object.fromEntries(own.map((code, i) => [code, refs[i]!.$ref]))
    responses[status] = {
      description: own.map((code) => `\`${code}\`: ${codeTexts[code].when}`).join('\n'),
      content: {
        [PROBLEM_TYPE]: {
          schema: refs.length === 1 ? refs[0]! : { oneOf: refs, discriminator: { propertyName: 'code', mapping } },
        },
      },
      headers: {
        ...(status === 429 || status === 503 ? retryAfter : {}),
        ...(status === 429 ? rateLimit : {}),
        ...requestId,
      },
    }
  }
  return responses
}

/** What a name means where it is not what it means elsewhere, by operation. */
const ownParameters: Readonly<Record<string, string>> = {
  'listUsers q': 'Looked for in addresses and names.',
  'getCheckpoint size': 'Of the first so many statements; all without it.',
  'getLogProof size': 'In the log of the first so many statements; all without it.',
}

const describedParameters: Readonly<Record<string, string>> = {
  id: 'The id, a UUID.',
  bidId: "The bid's id, a UUID.",
  'if-match': 'The ETag of what is to be changed, as read with the same token: it is another for everybody else.',
  'idempotency-key': 'Names the attempt, 1 to 64 printable ASCII characters: with the same key it counts once.',
  limit: 'How many items a page has.',
  cursor: '`nextCursor` of the page before.',
  status: 'Only those in one of these stages: with commas between, or the name several times.',
  ids: 'Only these: with commas between, or the name several times.',
  externalId: 'Only the one that has it, of the seller who asks; for admins those of all.',
  closesBefore: 'Only those whose end, as it is now, is before.',
  currency: 'Only those in this currency. Needed for bounds of the price.',
  closedAfter: 'Only those that have closed at this time or later.',
  format: 'Only those of this format.',
  q: 'Words to look for in title and description.',
  seller: 'Only those of this seller (an id).',
  sort: 'The order.',
  include: '`increments`: with the table of increments.',
  after: 'The last seq that is known.',
  waitSeconds: 'How long to wait for an event where there is none.',
  epoch: 'As the answer before said it.',
  of: 'The address of the picture.',
  size: 'Which of the two sizes.',
  file: 'The name of the file.',
  auction: "The auction's id.",
  from: 'The size of the earlier state.',
  to: 'The size of the later state.',
}

const requestId = { 'X-Request-Id': { description: 'Names this request in the log', schema: { type: 'string' } } }
const retryAfter = {
  'Retry-After': { description: 'Seconds to wait at least', schema: { type: 'integer', minimum: 1 } },
}
const rateLimit = {
  RateLimit: {
    description: 'The limit that was met, and in how many seconds (t) to come back',
    schema: { type: 'string' },
  },
  'RateLimit-Policy': { description: 'What it holds (q) in how many seconds (w)', schema: { type: 'string' } },
}
const location = {
  Location: { description: 'Where it is', schema: { type: 'string', format: 'uri-reference' } },
}
const replayed = {
  'Idempotency-Replayed': { description: '`true` where it had been made before', schema: { const: 'true' } },
}
const eTag = { ETag: { description: 'For If-None-Match and If-Match', schema: { type: 'string' } } }
const cookie = {
  'Set-Cookie': { description: 'The refresh cookie: Path /v1/sessions, 30 days', schema: { type: 'string' } },
}
const headers: Readonly<Record<string, Schema>> = {
  'createAuction 201': { ...location, ...replayed, ...eTag },
  'updateAuction 200': eTag,
  'createSession 201': cookie,
  'refreshSession 200': cookie,
  'placeBid 201': replayed,
  'createUser 201': replayed,
  'uploadImage 201': { ...location, ...replayed },
  'getAuction 200': eTag,
}

/** What we answer may have more fields one day: only what we are sent is closed. */
export function open(schema: unknown): void {
  if (typeof schema !== 'object' || schema === null) return
  if (Array.isArray(schema)) return schema.forEach(open)
  const object = schema as Schema
  if (object['additionalProperties'] === false) delete object['additionalProperties']
  for (const part of Object.values(object)) open(part)
}

function dropUnused(document: Document): void {
  const { schemas } = document.components
  for (;;) {
    const text = JSON.stringify(document)
    const unused = Object.keys(schemas).filter((name) => !text.includes(`"${reference(name)}"`))
    if (unused.length === 0) return
    for (const name of unused) delete schemas[name]
  }
}
