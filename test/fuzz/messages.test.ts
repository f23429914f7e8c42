import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isOneOffer as hasOneOffer } from '../../src/domain/schema.ts'
import { junk, nearly, valid } from './arbitrary.ts'
import { type AsyncApi, type Described, channelsOf, closeNumbersOf } from './asyncapi.ts'
import { MESSAGES, SEED, TIMEOUT_MS } from './form.ts'
import { FuzzedHouse } from './house.ts'
import { type Said, talk } from './talk.ts'

const AT_ONCE = 8
/** Messages of one socket: a few that cannot be read are borne, and more end it. */
const SPOKEN_MAX = 120
/** Sockets until there are new auctions to talk about. */
const PART = 160
const SIGN_IN = 'sign in here'

/** A sequence for this channel: mostly as documented, on some sockets with what nobody ever documented. */
function sequences({ sent }: Described) {
  const good = fc
    .oneof(...sent.map(valid))
    .filter(isOneOffer)
    .map((message) => JSON.stringify(message))
  const odd = fc.oneof(...sent.map(nearly), junk).map((message) => JSON.stringify(message) ?? 'undefined')
  const raw: fc.Arbitrary<Said> = fc.oneof(
    fc.string(),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom('', '{', '[]', 'null', '"', '\u0000', `{"type":"ping","sentAt":"${'x'.repeat(20_000)}"}`),
  )
  const one = (junkWeight: number) =>
    fc.oneof<fc.MaybeWeightedArbitrary<Said>[]>(
      { weight: 60, arbitrary: good },
      { weight: junkWeight * 4, arbitrary: odd },
      { weight: junkWeight, arbitrary: raw },
    )
  const spoken = fc.oneof(
    { weight: 3, arbitrary: fc.array(one(0), { minLength: SPOKEN_MAX / 2, maxLength: SPOKEN_MAX }) },
    { weight: 1, arbitrary: fc.array(one(2), { minLength: 10, maxLength: 60 }) },
  )
  const query = fc.oneof(
    { weight: 6, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.nat({ max: 50 }).map((after) => `?after=${after}`) },
    {
      weight: 1,
      arbitrary: fc.string({ maxLength: 20 }).map((text) => `?after=${encodeURIComponent(text.toWellFormed())}`),
    },
  )
  return fc.record({ spoken, query, known: fc.nat(), actor: fc.nat(), signsIn: fc.boolean() })
}

/** What the document says in words only: a bid has one of the two. */
function isOneOffer(message: unknown): boolean {
  const bid = message as { type: string; amount?: number; maximum?: number; atMost?: number }
  return bid.type !== 'bid' || hasOneOffer(bid as unknown as Parameters<typeof hasOneOffer>[0])
}

/** Tokens and auctions are put in where the document can only say that they are texts. */
function filled(said: Said, token: string | null, house: FuzzedHouse): Said[] {
  if (typeof said !== 'string') return [said]
  if (said === SIGN_IN) return token === null ? [] : [JSON.stringify({ type: 'auth', token })]
  // A token that is none ends the socket at once: that is tried on those who have nothing more to say.
  if (said.startsWith('{"type":"auth"')) return []
  const risen =
    said.length % 4 === 0
      ? said
      : said.replace(/"(amount|maximum|atMost)":\d+/, (_, name) => `"${name}":${house.nextAmount()}`)
  return [
    risen.replaceAll(/"[0-9a-f]{8}-[0-9a-f-]{27}"/g, () => `"${house.auctions[said.length % house.auctions.length]}"`),
  ]
}

test(
  `${MESSAGES} messages by the AsyncAPI document: no crash, every frame and every close as it is documented`,
  { timeout: TIMEOUT_MS },
  async () => {
    const house = await FuzzedHouse.open()
    const document = (await (await fetch(`${house.url}/asyncapi.json`)).json()) as AsyncApi
    const closing = closeNumbersOf(document)
    const channels = channelsOf(document)
    const codes = new Map<number | null, number>()
    let sent = 0
    let accepted = 0

    for (let part = 0; sent < MESSAGES; part += 1) {
      await house.fresh()
      const channel = channels[part % channels.length]!
      const list = fc.sample(sequences(channel), {
        seed: SEED + part,
        numRuns: Math.min(PART, Math.ceil(MESSAGES / 400)),
      })
      for (let i = 0; i < list.length && sent < MESSAGES; i += AT_ONCE) {
        const talks = list.slice(i, i + AT_ONCE).map(async ({ spoken, query, known, actor, signsIn }) => {
          const token = await house.token(actor % (house.actors - 1))
          const path = channel.address.replace('{id}', house.auctions[known % house.auctions.length]!) + query
          const said = (signsIn ? [SIGN_IN, ...spoken] : spoken).flatMap((one) => filled(one, token, house))
          sent += said.length + 1
          const talked = await talk(house.url, path, said, channel)
          codes.set(talked.code, (codes.get(talked.code) ?? 0) + 1)
          accepted += talked.accepted
          const isKnown = talked.code === null || closing.has(talked.code)
          return isKnown ? talked.faults : [...talked.faults, `${path} was closed with ${talked.code}`]
        })
        const faults = (await Promise.all(talks)).flat()
        expect({ seed: SEED, faults }).toEqual({ seed: SEED, faults: [] })
      }
    }
    expect(await house.isWell()).toBe(true)
    // Heard to the end, sent away, and bids taken: all of it has been seen.
    expect(codes.get(null)).toBeGreaterThan(10)
    expect(codes.get(4400)).toBeGreaterThan(0)
    expect(accepted).toBeGreaterThan(10)
  },
)
