import type { z } from 'zod'
import { roomChanges } from './room.ts'
import { auctionChanges, labels, newAuctionWith } from './schema.ts'

const room = roomChanges.optional().meta({
  description: 'Who is shown in the room, and who may speak; what is not named keeps its value, or its default',
})

/** The body of `POST /v1/auctions`, and of `PATCH /v1/auctions/{id}`. */
export const auctionBody = newAuctionWith({
  externalId: labels.externalId.default(null),
  metadata: labels.metadata.default({}),
  room,
})
export const changesBody = auctionChanges.safeExtend({
  externalId: labels.externalId.optional(),
  metadata: labels.metadata.optional(),
  room,
})

export type NewAuctionInput = z.input<typeof auctionBody>
export type AuctionChangesInput = z.input<typeof changesBody>
