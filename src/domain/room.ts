import { z } from 'zod'
import { type Actor, isAdmin, owns } from './access.ts'
import { type Auction, isOver } from './auction.ts'
import { instant } from './instant.ts'
import { text, uuid } from './schema.ts'

/** The room of an auction: who may read and speak there, and under which name. Rules: docs/room.md. */

export const MESSAGE_MAX = 500

const presence = z.enum(['off', 'count', 'paddles']).meta({
  description: 'Whether watchers are counted (`count`), and told which paddles are there (`paddles`)',
})
const messages = z.enum(['off', 'bidders', 'members']).meta({
  description: 'Who reads and writes to the room: whoever has a paddle here, whoever is signed in, or nobody',
})
const ask = z.boolean().meta({ description: 'Whether the seller takes private questions' })

export const roomSettings = z.object({ presence, messages, ask }).meta({ id: 'Room' })
export type RoomSettings = Readonly<z.output<typeof roomSettings>>

/** The body of a creation or change: what is not named keeps its value, or its default. */
export const roomChanges = z.strictObject({ presence, messages, ask }).partial()
export type RoomChanges = z.output<typeof roomChanges>

export const DEFAULT_ROOM: RoomSettings = { presence: 'count', messages: 'off', ask: true }

export function changedRoom(before: RoomSettings, changes: RoomChanges): RoomSettings {
  const { presence, messages, ask } = changes
  return {
    presence: presence ?? before.presence,
    messages: messages ?? before.messages,
    ask: ask ?? before.ask,
  }
}

/** Whom a message is to, in the room as a whole or in private. */
export const TO_ROOM = 'room'
export const TO_SELLER = 'seller'
export const HOUSE = 'house'

export const speaker = z
  .string()
  .regex(/^([PV][1-9]\d{0,8}|seller|house)$/, 'must be a speaker: a paddle (P7), V3, seller or house')
  .meta({
    id: 'Speaker',
    description:
      'Who speaks, as one auction knows them: a paddle (`P7`), somebody without one (`V3`), `seller` or `house`',
    examples: ['P7'],
  })
export const recipient = z
  .union([z.literal(TO_ROOM), speaker])
  .meta({ description: '`room`, `seller`, or, from the seller and admins, a speaker' })

/** Control characters but line breaks. */
const CONTROL = /(?![\n\r])\p{Cc}/u
/** More line breaks in a row than these would push away what others say. */
const LINE_BREAKS_MAX = 2

const characters = (value: string): number => Array.from(value).length

/** What is said, as it is kept. Counted in characters as a person counts: half of an emoji is none. */
export const messageText = z
  .string()
  .refine((value) => !CONTROL.test(value), 'holds control characters')
  .transform((value) =>
    value
      .trim()
      .replace(/\r\n?/g, '\n')
      .replace(/\n{3,}/g, '\n'.repeat(LINE_BREAKS_MAX)),
  )
  .refine((value) => characters(value) <= MESSAGE_MAX, `has more than ${MESSAGE_MAX} characters`)
  .pipe(text(1, 2 * MESSAGE_MAX, 'lines'))
  .meta({ minLength: 1, maxLength: MESSAGE_MAX })

/** A message as those see it who may read it. */
export const roomMessageView = z
  .object({
    id: uuid,
    from: speaker,
    to: recipient,
    text: z.string().meta({ description: 'Plain text. Empty where it was removed' }),
    at: instant,
    key: z.string().optional().meta({ description: "Of the sender's own copy, as it was sent" }),
  })
  .meta({ id: 'Message' })
export type RoomMessageView = z.output<typeof roomMessageView>

/** Where somebody speaks: by their rank or their paddle; null where only a number of the room names them. */
export function speakerOf({ sellerId, paddles }: Auction, actor: NonNullable<Actor>): string | null {
  if (actor.id === sellerId) return TO_SELLER
  if (isAdmin(actor)) return HOUSE
  const paddle = paddles.get(actor.id)
  return paddle === undefined ? null : `P${paddle}`
}

/** ROOM-1: to whom the room is open. A page that a token was lent to takes no part in it. */
export function mayRead({ messages }: RoomSettings, auction: Auction, actor: Actor): boolean {
  if (actor === null || actor.scope === 'bid' || actor.blocked === true) return false
  if (messages === 'off') return false
  return owns(auction, actor) || messages === 'members' || auction.paddles.has(actor.id)
}

/** The seller and admins may always speak; nobody does behind the end. */
export function maySpeak(settings: RoomSettings, auction: Auction, actor: Actor): boolean {
  if (isOver(auction)) return false
  return owns(auction, actor) || mayRead(settings, auction, actor)
}

/** Whether somebody sees what is said in a private conversation. */
export function mayReadPrivate(auction: Auction, askerId: string | null, actor: Actor): boolean {
  if (actor === null || actor.scope === 'bid') return false
  return owns(auction, actor) || actor.id === askerId
}
