import type { FastifyReply, FastifyRequest } from 'fastify'
import { Readable } from 'node:stream'
import { z } from 'zod'
import { bidIn } from '../domain/auction.ts'
import { explain } from '../domain/explanation.ts'
import { reject } from '../domain/rejection.ts'
import { sentences } from '../domain/wire.ts'
import type { StoredAuction } from '../engine/ports.ts'
import { certificateLine, formOf, headerLine } from '../ledger/file.ts'
import { publicJwk } from '../ledger/jws.ts'
import { type LogProof, logConsistency, logProof } from '../ledger/statements.ts'
import type { ChannelEvent } from '../protocol.ts'
import { actorOf } from './access.ts'
import { CHARACTERS_FOR_ONE } from './bids.ts'
import { charge } from './budgets.ts'
import { type App, type AppParts, findFor, idParam, inLine, number } from './parts.ts'
import { refuse } from './problem.ts'

/** Entries of a ledger read at once, and their text: a bid waits for no more. */
const LEDGER_PAGE = 500
const LEDGER_BYTES = 64 * 1024
/** Bids looked through for one that cost what a plain request does: 25,000 take 10 ms. */
const BIDS_FOR_ONE = 2_000
/** Events looked through at once for the one that says how a bid found the auction: mostly it is the one before. */
const EVENTS_FIRST = 3
const EVENTS_PAGE = 100

const size = number(1, Number.MAX_SAFE_INTEGER)
const hash = z.string()

const signedRoot = z
  .object({ size: z.int(), root: hash, checkpoint: z.string().meta({ description: 'JWS (EdDSA) of both' }) })
  .meta({ id: 'Checkpoint' })

const explanationView = z
  .object({
    bid: z.string(),
    seq: z.int(),
    price: z.int().meta({ description: 'What it became, in minor units' }),
    rules: z.array(z.string().meta({ examples: ['PX-2'] })).meta({ description: 'Ids of docs/rules.md' }),
    sentences,
  })
  .meta({ id: 'Explanation' })

/** What anybody needs to check a result without trusting us: docs/ledger.md. */
export function ledgerRoutes(app: App, { engine, store, notary, operatorLog, queue }: AppParts): void {
  const tags = ['proof']

  app.get(
    '/auctions/:id/ledger',
    {
      schema: {
        tags,
        summary: 'The ledger',
        operationId: 'getLedger',
        refusals: ['auction_not_found'],
        description:
          'application/x-ndjson: a header with the public keys, one line an event exactly as it was hashed, and after the end the signed certificate with its proof of being in the log. `martillo verify FILE` checks it.',
        params: z.object({ id: idParam }),
        response: {
          200: { description: 'Lines of JSON', content: { 'application/x-ndjson': { schema: z.string() } } },
        },
      },
    },
    async (request, reply) => {
      const stored = await findFor(actorOf(request), request.params.id, engine)
      if (stored === null) return refuse(reply, reject('auction_not_found'))
      request.budgets.sendLedger(request, reply)
      const plain: FastifyReply = reply
      const proof = await operatorLog.proof(stored)
      return plain
        .type('application/x-ndjson')
        .send(Readable.from(ledgerOf(stored, proof, request), { highWaterMark: 1 }))
    },
  )

  /** The file, part by part: the next is read when the one before was taken. */
  async function* ledgerOf(
    { auction, head }: StoredAuction,
    proof: LogProof | null,
    request: FastifyRequest,
  ): AsyncGenerator<string> {
    const { id, seq } = auction
    // Read behind the certificate: the key that signed it is among them.
    const introductions = (await store.keyStatements()).map(({ jws }) => jws)
    const [first] = await store.entries(id, 0, 1)
    const stated = { auction: id, entries: seq, head, keys: notary.publicKeys, introductions }
    yield `${headerLine({ ledger: formOf(first!.event), ...stated })}\n`
    for (let after = 0; after < seq;) {
      await queue.turn('costly')
      const entries = await store.entries(id, after, Math.min(LEDGER_PAGE, seq - after), LEDGER_BYTES)
      if (entries.length === 0) throw new Error(`the ledger of ${id} ends at ${after} of ${seq}`)
      const text = entries.map(({ line }) => `${line}\n`).join('')
      charge(request, text.length / CHARACTERS_FOR_ONE)
      yield text
      after += entries.length
    }
    if (proof !== null) yield `${certificateLine(proof)}\n`
  }

  app.get(
    '/keys',
    {
      schema: {
        tags,
        summary: 'The keys that sign receipts, certificates and checkpoints',
        operationId: 'listKeys',
        description: 'A JWK set (RFC 7517) of all that ever signed, the present one last.',
        response: { 200: z.object({ keys: z.array(publicJwk) }) },
      },
    },
    async () => ({ keys: [...notary.publicKeys] }),
  )

  app.get(
    '/log/checkpoint',
    {
      schema: {
        tags,
        summary: "The signed root of the operator's log",
        operationId: 'getCheckpoint',
        refusals: ['not_found'],
        description:
          'A Merkle tree (RFC 6962) over all certificates and keys. Keep one: a later one that is not its continuation convicts the house.',
        querystring: z.strictObject({ size: size.optional() }),
        response: { 200: signedRoot },
      },
      preHandler: inLine,
    },
    async (request, reply) => {
      const signed = await operatorLog.checkpoint(request.query.size)
      return signed === null ? refuse(reply, reject('not_found')) : reply.send(signed)
    },
  )

  app.get(
    '/log/proof',
    {
      schema: {
        tags,
        summary: "That an auction's certificate is in the log",
        operationId: 'getLogProof',
        refusals: ['not_found'],
        querystring: z.strictObject({ auction: idParam, size: size.optional() }),
        response: { 200: logProof },
      },
      preHandler: inLine,
    },
    async (request, reply) => {
      const { auction, size } = request.query
      const stored = await findFor(actorOf(request), auction, engine)
      const proof = stored === null ? null : await operatorLog.proof(stored, size)
      return proof === null ? refuse(reply, reject('not_found')) : reply.send(proof)
    },
  )

  app.get(
    '/log/consistency',
    {
      schema: {
        tags,
        summary: 'That an earlier state of the log is the beginning of a later one',
        operationId: 'getLogConsistency',
        refusals: ['not_found'],
        querystring: z.strictObject({ from: number(0, Number.MAX_SAFE_INTEGER), to: size }),
        response: { 200: logConsistency },
      },
      preHandler: inLine,
    },
    async (request, reply) => {
      const { from, to } = request.query
      const hashes = await operatorLog.consistency(from, to)
      return hashes === null ? refuse(reply, reject('not_found')) : reply.send({ from, to, hashes: [...hashes] })
    },
  )

  app.get(
    '/auctions/:id/bids/:bidId/explanation',
    {
      schema: {
        tags,
        summary: 'Why the price became what it became',
        operationId: 'explainBid',
        refusals: ['auction_not_found', 'bid_not_found'],
        description: 'In a sentence, in both languages, out of what is public: nothing secret is opened by it.',
        params: z.object({ id: idParam, bidId: idParam }),
        response: { 200: explanationView },
      },
      preHandler: inLine,
    },
    async (request, reply) => {
      const { id, bidId } = request.params
      const stored = await findFor(actorOf(request), id, engine)
      if (stored === null) return refuse(reply, reject('auction_not_found'))
      const bid = bidIn(stored.auction.bids, bidId)
      charge(request, (stored.auction.seq - (bid?.seq ?? 0)) / BIDS_FOR_ONE)
      if (bid === null || bid.seq === null) return refuse(reply, reject('bid_not_found'))
      const [placed, next] = await eventsAfter(request, bid.seq - 1, 2)
      const { currency, format, terms } = stored.auction
      const { rules, sentences: said } = explain({
        currency,
        format,
        terms,
        placed: (placed as ChannelEvent & { type: 'bid.placed' }).data,
        before: await roomBefore(request, bid.seq),
        boughtNow: next?.type === 'auction.closed' && next.data.outcome.reason === 'buy_now',
        extendedTo: next?.type === 'closing.extended' && next.data.reason === 'bid' ? next.data.to : null,
        voided: bid.voided,
      })
      return reply.send({ bid: bidId, seq: bid.seq, price: bid.price, rules: [...rules], sentences: said })
    },
  )

  type Asked = FastifyRequest<{ Params: { id: string } }>
  const eventsAfter = async (request: Asked, after: number, most: number) => {
    const events: ChannelEvent[] = []
    while (events.length < most) {
      const entries = await store.entries(request.params.id, after + events.length, most - events.length)
      if (entries.length === 0) break
      charge(request, entries.reduce((sum, { line }) => sum + line.length, 0) / CHARACTERS_FOR_ONE)
      events.push(...entries.map(({ event }) => event))
    }
    return events
  }

  /** The room as the latest bid or void before a seq left it. */
  const roomBefore = async (request: Asked, seq: number) => {
    let [end, most] = [seq - 1, EVENTS_FIRST]
    while (end > 0) {
      const start = Math.max(end - most, 0)
      const events = await eventsAfter(request, start, end - start)
      const last = events.findLast((event) => event.type === 'bid.placed' || event.type === 'bid.voided')
      if (last !== undefined) return last.data
      ;[end, most] = [start, EVENTS_PAGE]
    }
    return null
  }
}
