import { Parser } from '@asyncapi/parser'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import spectral, { type RulesetDefinition } from '@stoplight/spectral-core'
import { oas } from '@stoplight/spectral-rulesets'
import { execFile } from 'node:child_process'
import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { problems } from '../../src/codes.ts'
import { asyncApi } from '../../src/http/asyncapi.ts'
import { eventData } from '../../src/domain/wire.ts'
import { clientMessages, serverMessages } from '../../src/protocol.ts'
import { type House, sharedHouse, temporaryFolder } from '../support/service.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../', import.meta.url))
const timeout = 60_000

async function textOf({ url }: House, path: string): Promise<string> {
  const response = await fetch(url + path)
  expect(response.status).toBe(200)
  return response.text()
}

test('openapi.json is without fault to Redocly and Spectral, asyncapi.json to its parser', { timeout }, async () => {
  const house = await sharedHouse()
  const openApi = await textOf(house, '/openapi.json')
  const config = await createConfig({ extends: ['recommended'] })
  const found = await lintFromString({ source: openApi, absoluteRef: 'openapi.json', config })
  expect(found.map(({ ruleId, location }) => `${ruleId} ${location[0]?.pointer}`)).toEqual([])
  const ruler = new spectral.Spectral()
  ruler.setRuleset({ extends: [[oas, 'recommended']] } as RulesetDefinition)
  expect((await ruler.run(openApi)).map(({ code, path }) => `${code} ${path.join('.')}`)).toEqual([])

  const { document, diagnostics } = await new Parser().parse(await textOf(house, '/asyncapi.json'))
  expect(diagnostics.map(({ message, path }) => `${message} ${path.join('.')}`)).toEqual([])
  const messages = new Set(
    document!
      .allMessages()
      .all()
      .map((message) => message.id()),
  )
  expect([...messages].toSorted()).toEqual(Object.keys({ ...clientMessages, ...serverMessages }).toSorted())
})

test('behind a proxy with TLS the channel is at wss', async () => {
  const { document, diagnostics } = await new Parser().parse(JSON.stringify(asyncApi('https://bids.example.org')))
  expect(diagnostics).toEqual([])
  const [server] = document!.servers().all()
  expect(server!.url()).toMatch(/^wss:\/\/bids\.example\.org\/?$/)
})

test('each message has an example and says what it is; each event says what it changes', async () => {
  const document = JSON.parse(await textOf(await sharedHouse(), '/asyncapi.json')) as {
    channels: Record<
      string,
      { messages: Record<string, { summary: string; examples: { payload: { type: string } }[] }> }
    >
    components: { schemas: Record<string, { anyOf?: { title: string; description: string }[] }> }
  }
  for (const { messages } of Object.values(document.channels))
    for (const [name, { summary, examples }] of Object.entries(messages)) {
      expect(summary.length, name).toBeGreaterThan(20)
      expect(examples[0]!.payload.type).toBe(SENT_AS[name] ?? name)
    }
  const events = document.components.schemas['Event']!.anyOf!
  expect(events.map(({ title }) => title)).toEqual(Object.keys(eventData))
  for (const { description } of events) expect(description).toMatch(/^Sets /)
})

/** Messages of clients that the service has messages of the same type for. */
const SENT_AS: Readonly<Record<string, string>> = { sendMessage: 'message', sendTyping: 'typing' }

type Operation = {
  operationId: string
  security: object[]
  responses: Record<string, unknown>
  requestBody?: { required: boolean; content: Record<string, { schema: Record<string, unknown> }> }
  parameters?: { name: string; required: boolean; schema: Record<string, unknown> }[]
}

test('openapi.json says what a shape cannot', async () => {
  const house = await sharedHouse()
  const document = JSON.parse(await textOf(house, '/openapi.json')) as {
    paths: Record<string, Record<string, Operation>>
    components: { schemas: Record<string, Record<string, unknown>> }
  }
  const operation = (call: string) => {
    const [method, path] = call.split(' ') as [string, string]
    return document.paths[path]![method]!
  }
  const bid = operation('post /v1/auctions/{id}/bids')
  expect(bid.parameters!.find(({ name }) => name === 'Idempotency-Key')).toMatchObject({ required: true })
  expect(bid.requestBody!.content['application/json']!.schema['oneOf']).toHaveLength(5)
  expect(bid.security).toEqual([{ bearer: [] }])
  expect(JSON.stringify(bid.responses['409'])).toContain('#/components/schemas/Problem_bid_too_low')
  expect(document.components.schemas['Problem_bid_too_low']!['allOf']).toMatchObject([
    { $ref: '#/components/schemas/Problem' },
    { properties: { code: { const: 'bid_too_low' }, minimumBid: {}, price: {} } },
  ])
  expect(operation('post /v1/sessions/refresh').security).toEqual([{ refreshCookie: [] }])
  expect(operation('get /v1/auctions').security).toEqual([{}, { bearer: [] }])
  expect(operation('post /v1/auctions/{id}/open').requestBody!.required).toBe(false)
  expect(operation('post /v1/auctions').requestBody!.required).toBe(true)
  const limit = operation('get /v1/auctions').parameters!.find(({ name }) => name === 'limit')
  expect(limit!.schema).toEqual({ type: 'integer', minimum: 1, maximum: 200, default: 50 })
  expect(document.components.schemas['Auction']).not.toHaveProperty('additionalProperties')
  const ids = Object.values(document.paths).flatMap((methods) => Object.values(methods).map((one) => one.operationId))
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids)
    expect(id).toMatch(
      /^(add|cancel|close|create|delete|explain|extend|get|lend|list|lower|open|pause|place|refresh|resume|update|upload|void)[A-Z]/,
    )
})

test('every answer in JSON has an example', async () => {
  const document = JSON.parse(await textOf(await sharedHouse(), '/openapi.json')) as {
    paths: Record<string, Record<string, { responses: Record<string, { content?: Record<string, object> }> }>>
  }
  const answers = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { responses }]) =>
      Object.entries(responses)
        .filter(([status]) => status.startsWith('2'))
        .map(([, { content }]) => [`${method} ${path}`, content?.['application/json']] as const),
    ),
  )
  const inJson = answers.filter(([, json]) => json !== undefined)
  expect(inJson.length).toBeGreaterThan(35)
  for (const [operation, json] of inJson) expect(json, operation).toHaveProperty('example')
})

test('every code is explained where the type of its problem leads to, and for machines', async () => {
  const house = await sharedHouse()
  const page = await textOf(house, '/docs/codes')
  const { items } = JSON.parse(await textOf(house, '/v1/codes')) as { items: { code: string; when: string }[] }
  expect(items.map(({ code }) => code)).toEqual(Object.keys(problems))
  for (const { code, when } of items) {
    expect(page).toContain(`id="${code}"`)
    expect(when.length).toBeGreaterThan(15)
  }
  const { type } = (await (await fetch(`${house.url}/v1/nothing`)).json()) as { type: string }
  expect(new URL(type, house.url).href).toBe(`${house.url}/docs/codes#not_found`)
})

/** Programs written against clients that are generated from the document. They print the bid's paddle. */
const generators = {
  'openapi-typescript': {
    bin: 'node_modules/openapi-typescript/bin/cli.js',
    args: ['openapi.json', '-o', 'api.ts'],
    program: `
      import createClient from 'openapi-fetch'
      import type { paths } from './api.ts'
      const [baseUrl, token, id] = process.argv.slice(2) as [string, string, string]
      const client = createClient<paths>({ baseUrl, headers: { authorization: \`Bearer \${token}\` } })
      const { data, error } = await client.POST('/v1/auctions/{id}/bids', {
        params: { path: { id }, header: { 'Idempotency-Key': 'generated' } },
        body: { amount: 1_000 },
      })
      if (error !== undefined) throw new Error(error.code)
      console.log(data.bid.paddle)`,
  },
  'openapi-typescript-codegen': {
    bin: '../../node_modules/openapi-typescript-codegen/bin/index.js',
    args: ['--input', 'openapi.json', '--output', 'client', '--useUnionTypes'],
    program: `
      import { BidsService, OpenAPI } from './client'
      const [baseUrl, token, id] = process.argv.slice(2) as [string, string, string]
      Object.assign(OpenAPI, { BASE: baseUrl, TOKEN: token })
      const { bid } = await BidsService.placeBid(id, 'generated', { amount: 1_000 })
      console.log(bid.paddle)`,
  },
}

test.each(Object.entries(generators))(
  'a client generated by %s places a bid',
  { timeout },
  async (_, { bin, args, program }) => {
    const house = await sharedHouse()
    const [ana, id] = [await house.person(), await house.auction()]
    const folder = temporaryFolder()
    const clients = join(root, 'test/clients')
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    writeFileSync(join(folder, 'openapi.json'), await textOf(house, '/openapi.json'))
    writeFileSync(join(folder, 'program.ts'), program)
    await run(process.execPath, [join(clients, bin), ...args], { cwd: folder })
    const types = [
      '--module',
      'esnext',
      '--moduleResolution',
      'bundler',
      '--target',
      'es2024',
      '--strict',
      '--skipLibCheck',
      '--types',
      'node',
      '--allowImportingTsExtensions',
      '--noEmit',
    ]
    await run(process.execPath, [join(clients, 'node_modules/typescript/bin/tsc'), ...types, 'program.ts'], {
      cwd: folder,
    }).catch(({ stdout }: { stdout: string }) => Promise.reject(new Error(stdout)))
    const bundle = ['program.ts', '--file', 'program.mjs', '--platform', 'node']
    await run(process.execPath, [join(root, 'node_modules/rolldown/bin/cli.mjs'), ...bundle], { cwd: folder })
    const bid = ['program.mjs', house.url, (await ana.session.token())!, id]
    const { stdout } = await run(process.execPath, bid, { cwd: folder })
    expect(stdout.trim()).toBe('P1')
  },
)
