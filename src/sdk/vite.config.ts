import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compile } from 'json-schema-to-typescript'
import { type Plugin, defineConfig } from 'vite'
import { z } from 'zod'
import { auctionBody, changesBody } from '../domain/bodies.ts'
import { noticeKind, noticeWay, preferencesView } from '../domain/notices.ts'
import { roomMessageView, roomSettings } from '../domain/room.ts'
import { role, status } from '../domain/schema.ts'
import {
  auctionView,
  bidView,
  filmView,
  listedAuctionView,
  outcomeView,
  ownAnswerView,
  ownBidView,
  priceView,
  standingView,
  termsView,
  youView,
} from '../domain/wire.ts'
import { auctionMessage, catalogueMessage, channelEvent, codes, noticeView, serverMessages } from '../protocol.ts'
import { codedProblems } from '../protocol/code-texts.ts'

/** Builds the package: src/sdk as it is, in one file for each entry, and types that need none of the service. */

const out = join(import.meta.dirname, '../../dist/client')

/** The types that wire.ts names: as they are sent, and as they come. */
const sent = {
  NewAuction: auctionBody,
  AuctionChanges: changesBody,
  ClientMessage: z.union([auctionMessage, catalogueMessage]),
}
const received = {
  Code: z.enum(codes),
  RoomSettings: roomSettings,
  RoomMessageView: roomMessageView,
  Role: role,
  Status: status,
  AuctionView: auctionView,
  ListedAuctionView: listedAuctionView,
  TermsView: termsView,
  BidView: bidView,
  FilmView: filmView,
  OwnBidView: ownBidView,
  OutcomeView: outcomeView,
  PriceView: priceView,
  StandingView: standingView,
  YouView: youView,
  AnswerView: ownAnswerView,
  ChannelEvent: channelEvent,
  NoticeView: noticeView,
  NoticeKind: noticeKind,
  NoticeWay: noticeWay,
  PreferencesView: preferencesView,
  ServerMessage: z.union(Object.values(serverMessages)),
  Problem: z.union(codedProblems),
}

/** Every shape by its name as JSON Schema, and what they share. */
function schemasOf(
  shapes: Readonly<Record<string, z.ZodType>>,
  io: 'input' | 'output',
): Readonly<Record<string, object>> {
  const names = z.registry<{ id: string }>()
  for (const [id, shape] of Object.entries(shapes)) names.add(shape, { id })
  const { schemas } = z.toJSONSchema(names, {
    io,
    uri: (id) => `#/$defs/${id}`,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const { description } = z.globalRegistry.get(zodSchema) ?? {}
      if (description !== undefined) jsonSchema.description = description
      if (jsonSchema.type === 'object') jsonSchema.additionalProperties ??= false
      // Lists of at most so many would be written as tuples of every length.
      delete jsonSchema.minItems
      delete jsonSchema.maxItems
    },
  })
  const { __shared: shared, ...named } = schemas
  return { ...(shared?.$defs as typeof schemas), ...named }
}

async function shapes(): Promise<string> {
  const $defs = { ...schemasOf(sent, 'input'), ...schemasOf(received, 'output') }
  const text = JSON.stringify({ $defs, anyOf: Object.keys($defs).map((id) => ({ $ref: `#/$defs/${id}` })) })
  const schema: unknown = JSON.parse(text.replaceAll('#/$defs/__shared#', '#'), (key, value: unknown) =>
    key === '$id' || key === '$schema' ? undefined : value,
  )
  const types = await compile(schema as Parameters<typeof compile>[0], 'Any', { bannerComment: '' })
  return types.replace(/^export type Any =[^;]*;\n/m, '')
}

/** What the compiler wrote of the client stays; shapes are written out, so that nothing of the service is needed. */
function types(): Plugin {
  return {
    name: 'types',
    async closeBundle() {
      const dir = join(out, 'types')
      for (const name of readdirSync(dir))
        if (name !== 'sdk' && name !== 'codes.d.ts') rmSync(join(dir, name), { recursive: true })
      writeFileSync(join(dir, 'sdk/wire.d.ts'), await shapes())
    },
  }
}

export default defineConfig({
  root: import.meta.dirname,
  logLevel: 'warn',
  plugins: [types()],
  build: {
    outDir: out,
    emptyOutDir: false,
    target: 'es2022',
    sourcemap: true,
    minify: false,
    lib: { entry: { index: 'index.ts', proof: 'proof.ts' }, formats: ['es'] },
  },
})
