import { z } from 'zod'
import { closeCodes } from '../codes.ts'
import { limits } from '../config/limits.ts'
import type { PublicType } from '../domain/wire.ts'
import { SUBPROTOCOL, clientMessages, followedMessages, serverMessages } from '../protocol.ts'
import { followedExamples, messageExamples } from './api-examples.ts'
import { type Schema, oneOfFields, open } from './openapi-document.ts'
import { version } from '../config/version.ts'

type Shapes = Readonly<Record<string, z.ZodType>>

/** What each message is, and when it comes. */
const messageTexts: Readonly<Record<keyof typeof clientMessages | keyof typeof serverMessages, string>> = {
  auth: 'Says who you are: first, or again with a newer token before the one shown runs out (15 minutes). A header `Authorization` on the handshake does as well. Without it you watch without a name.',
  bid: 'A bid, answered by `ack` or `reject` with the same `key`. Without an answer repeat it with the same key, here or over REST: it counts once.',
  ping: 'Answered at once by `pong`, which holds what you gave as `sentAt`.',
  watch: 'The whole list of auctions to be told the prices of; it replaces the one before.',
  follow:
    'The whole list of auctions to follow event by event, at most 64; it replaces the one before. Each is answered by a `snapshot`, or, where `after` says what you have, by the `events` that you missed; then its `events` come, your own part (`you`) and a `heartbeat`, each with `auction`, the snapshot with `auction.id`. What you follow already and name with `after` just goes on. What you may not see is answered by a `problem` with `auction`, and the others go on. After its last event, and the `you` behind it, nothing more comes of an auction.',
  sendMessage:
    'Says something in the room, in private to the seller (`to: "seller"`), or, from the seller and admins, to a speaker. It comes back as `message` with its `key` once it is stored, or as `reject`. Without either repeat it with the same key: it is one message.',
  sendTyping: 'That you are typing. Nothing answers it, and it is told to others at most once in 3 s.',
  presence:
    'How many watch, and, where the room tells paddles, which of them came (`joined`) and went (`left`): the first one after a snapshot names all that are there, and one without both says that names are told no longer. At most one a second.',
  typing: 'Somebody types, to all in the room or in private to you. It is never stored.',
  message:
    'Somebody said something, to all in the room or in private to you. Your own copy carries its `key`. Messages may be dropped for whoever reads slowly: then `room` brings the last ones.',
  'message.removed': 'The seller or the house removed a message: do not show it any more.',
  room: 'The settings of the room, and its last 20 messages in the place of those that you have: when the settings change, when you may read what you could not before, and where messages were dropped.',
  hello: 'The first message. Where nothing is heard for two and a half heartbeats, the connection is dead: come back.',
  snapshot:
    'The auction as it is, with its last 20 bids: at first, and wherever going on by number is not possible. Events go on from its `seq`.',
  events: 'What happened, in order, no number missing, never one that was sent on this connection. Often one alone.',
  you: 'Where you stand, to you alone: after `auth`, and whenever it changes.',
  ack: 'Your bid was accepted and is durable: what 201 says over REST. `outcome` is `leading`, `outbid` (a standing maximum answered at once), `raised` (your own maximum), `won` (by buy-now), or `lowered` (VOID-3); `sealed` is for formats to come.',
  reject: 'Your bid was refused. Below status 500 that is definite; at 500 and above repeat it with the same key.',
  heartbeat: 'That the connection lives. Where its `seq` is greater than yours, come back with `after`.',
  pong: 'The answer to `ping`.',
  prices: 'First a line of each auction that is watched, then of those that changed, at most once in 250 ms.',
  notice:
    'You are told something, as `GET /v1/me/notices` lists it: once you are known, on every one of your sockets here.',
  problem:
    'A message of yours could not be taken, and it was no bid with a key: that gets a `reject`. After ten of them the connection is closed with 4400.',
}

/**
 * Which fields of the auction's view an event changes, apart from `seq` and `head`, which each does. Where prices fall
 * `maximumBid` changes with `minimumBid`, which is null.
 */
export const eventTexts: Readonly<Record<PublicType, string>> = {
  'auction.created': 'Sets all of them.',
  'auction.updated': 'Sets the details that it names, `status`, `minimumBid` and `reserve`.',
  'auction.opened':
    'Sets `status` to `open`, `opensAt`, `closesAt` and `minimumBid` – here and below `maximumBid` as well, where prices fall.',
  'bid.placed':
    'Sets `price`, `leader`, `minimumBid`, `bidCount`, `bidderCount` and `reserve`; adds a bid to the history. The bid that was `beaten` shows its whole maximum from now on; whether a beaten bid was `exact` is told with it.',
  'closing.extended': 'Sets `closesAt` to `to`, and `extensions`.',
  'bid.voided':
    'Sets `price`, `leader`, `minimumBid`, `bidCount`, `bidderCount` and `reserve`; marks the bid as voided, and sets what the others in `amounts` amount to. Its `openings` tell what bids offered that is secret no more.',
  'auction.paused': 'Sets `status` to `paused`, `statusReason`, and `minimumBid` to null.',
  'auction.resumed': 'Sets `status` to `open`, `statusReason` to null, `closesAt` and `minimumBid`.',
  'auction.closed':
    'Sets `status` to `closed`, `outcome`, `closesAt` to its own `at`, and `minimumBid` to null. The last event.',
  'auction.cancelled': 'Sets `status` to `cancelled`, `statusReason`, and `minimumBid` to null. The last event.',
}

/** Close codes after which coming back helps nobody. */
const FINAL = new Set<number>([
  closeCodes.auction_over.code,
  closeCodes.wrong_origin.code,
  closeCodes.not_allowed.code,
  closeCodes.auction_not_found.code,
])

const query = {
  type: 'object',
  properties: {
    after: { type: 'integer', minimum: 0, description: 'The last seq that you have: only what follows is sent' },
    epoch: { type: 'string', description: 'As the snapshot said it: after another one, a snapshot is sent' },
  },
}
const headers = {
  type: 'object',
  properties: {
    Authorization: { type: 'string', description: '`Bearer` and a token, instead of the message `auth`' },
    Origin: { type: 'string', description: 'Of a page: our own, or one of those that are allowed' },
    'Sec-WebSocket-Protocol': { const: SUBPROTOCOL },
  },
  required: ['Sec-WebSocket-Protocol'],
}

/** The live channels as AsyncAPI 3.1, from the shapes in protocol.ts. */
export function asyncApi(publicUrl: string | null): object {
  const schemas: Record<string, Schema> = {}
  const messages = (
    shapes: Shapes,
    io: 'input' | 'output',
    examplesOf: Readonly<Record<string, object>> = messageExamples,
  ) =>
    Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => [
        name,
        {
          name,
          summary: messageTexts[name as keyof typeof messageTexts],
          contentType: 'application/json',
          payload: io === 'output' ? opened(payloadOf(name, shape, io, schemas)) : payloadOf(name, shape, io, schemas),
          examples: [{ name, payload: examplesOf[name] }],
        },
      ]),
    )
  const { prices, notice, hello, pong, problem, ...others } = serverMessages
  const { bid, auth, ping, watch, follow, sendMessage, sendTyping } = clientMessages
  const heard = { auction: { auth, bid, ping, sendMessage, sendTyping }, catalogue: { auth, watch, follow, ping } }
  const told = {
    auction: { hello, pong, problem, ...others },
    catalogue: { hello, pong, prices, notice, ...followedMessages },
  }
  const operation = (channel: keyof typeof heard, action: 'send' | 'receive', shapes: Shapes, summary: string) => ({
    action,
    summary,
    channel: { $ref: `#/channels/${channel}` },
    messages: Object.keys(shapes).map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` })),
  })
  const { protocol, host } = new URL(publicUrl ?? 'http://localhost:3000')
  const channels = {
    auction: {
      address: '/v1/auctions/{id}/live',
      title: 'One auction',
      description: 'All that happens in an auction, and bidding. Closed by 4000 after its last event.',
      parameters: { id: { description: "The auction's id" } },
      messages: { ...messages(heard.auction, 'input'), ...messages(told.auction, 'output') },
      bindings: { ws: { method: 'GET', query, headers, bindingVersion: '0.1.0' } },
    },
    catalogue: {
      address: '/v1/live',
      title: 'Many auctions',
      description:
        'For pages that show many auctions at once: by price (`watch`), event by event (`follow`), or some so and others so. No bids here. It tells of the auctions on your list and of no others: new ones are found by `GET /v1/auctions?status=open`, say once a minute. What is on the list and is none is left out. A list that comes too soon after others is answered by a `problem`, `rate_limited`: send it again after `retryAfterSeconds`.',
      messages: { ...messages(heard.catalogue, 'input'), ...messages(told.catalogue, 'output', followedExamples) },
      bindings: { ws: { method: 'GET', headers, bindingVersion: '0.1.0' } },
    },
  }
  for (const schema of Object.values(schemas)) open(schema)
  return {
    asyncapi: '3.1.0',
    info: {
      title: 'Martillo, the live channels',
      version,
      description: guide(),
      contact: { name: 'Whoever runs this house', url: publicUrl ?? 'http://localhost:3000' },
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      tags: [{ name: 'live', description: 'What is sent at once' }],
    },
    defaultContentType: 'application/json',
    servers: {
      house: {
        host,
        protocol: protocol === 'https:' ? 'wss' : 'ws',
        description: 'This house',
        security: [{ $ref: '#/components/securitySchemes/bearer' }],
      },
    },
    channels,
    operations: {
      hearAuction: operation('auction', 'receive', heard.auction, 'What a client may say in an auction'),
      tellAuction: operation('auction', 'send', told.auction, 'What everyone in an auction is told'),
      hearCatalogue: operation('catalogue', 'receive', heard.catalogue, 'What a client may say in the catalogue'),
      tellCatalogue: operation('catalogue', 'send', told.catalogue, 'What is told of the auctions that are watched'),
    },
    components: {
      schemas,
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'The `accessToken` of a session. Optional: whoever shows none watches without a name.',
        },
      },
    },
  }
}

function guide(): string {
  const codes = Object.values(closeCodes).map(
    ({ code, reason }) => `- ${code}: ${reason}${FINAL.has(code) ? ' (final: do not come back)' : ''}`,
  )
  return [
    `WebSocket, subprotocol \`${SUBPROTOCOL}\`; one JSON object a frame, \`type\` says which; frames of clients have at most ${limits.frameBytesMax} bytes. No token ever travels in a URL. Ignore types and fields that you do not know.`,
    'Order: apply `events` by `seq`; a number that you have is never sent twice on a connection. After a break connect with `?after=SEQ&epoch=E`: you get what you missed, or a `snapshot`.',
    'Tokens: renew by `POST /v1/sessions/refresh` and send `auth` again before the token runs out, or the channel closes with 4401.',
    `Close codes:\n${codes.join('\n')}\n- 1002, 1007, 1009: a frame that WebSocket does not allow, that is no UTF-8, or that is too big`,
  ].join('\n\n')
}

/** The schema of a message. What has a name of its own is put among `schemas`. */
function payloadOf(name: string, shape: z.ZodType, io: 'input' | 'output', schemas: Record<string, Schema>): Schema {
  const {
    $schema: _,
    definitions = {},
    ...schema
  } = z.toJSONSchema(shape, {
    io,
    unrepresentable: 'any',
    target: 'draft-7',
  }) as Schema
  for (const [id, named] of Object.entries(definitions as Record<string, Schema>)) {
    const { id: _id, ...own } = referring(named)
    schemas[id] = id === 'Event' ? described(own) : own
  }
  const payload = referring(schema)
  return name === 'bid' ? oneOfFields(payload, ['type', 'key']) : payload
}

function referring(schema: Schema): Schema {
  const text = JSON.stringify(schema).replaceAll('"#/definitions/', '"#/components/schemas/')
  return JSON.parse(text) as Schema
}

function described(event: Schema): Schema {
  const variants = event['anyOf'] as { properties: { type: { const: PublicType } } }[]
  return {
    ...event,
    anyOf: variants.map((variant) => ({
      title: variant.properties.type.const,
      description: eventTexts[variant.properties.type.const],
      ...variant,
    })),
  }
}

/** What is told may have more fields one day. */
function opened(schema: Schema): Schema {
  open(schema)
  return schema
}
