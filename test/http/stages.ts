import type { Client, NewAuction } from '../../src/sdk/index.ts'
import { type House, openHouse } from '../support/service.ts'
import { generateKeyPairSync } from 'node:crypto'
import type { Spent, Stage, Standing } from './matrix.ts'
import { forged, lot } from './support.ts'

/** A house with everybody of the matrix in it, and auctions of its seller's in every stage. */

export const FRIENDS = 'https://friends.example'

export type People = Readonly<Record<Standing, Client | null>>
export type Staged = { readonly id: string; readonly bidId: string }

export type Furnished = {
  readonly house: House
  readonly people: People
  /** A new auction in this stage. */
  readonly stage: (stage: Stage) => Promise<Staged>
}

const NO_BID = '01930000-0000-7000-8000-00000000000b'
const IN_A_DAY = new Date(Date.now() + 86_400_000).toISOString()
const kinds: Readonly<Record<Stage, Partial<NewAuction>>> = {
  draft: { status: 'draft' },
  scheduled: { opensAt: IN_A_DAY, durationSeconds: 3_600 },
  open: {},
  bidden: {},
  closed: {},
}

export async function furnished(environment: Record<string, string> = {}): Promise<Furnished> {
  const house = await openHouse({ ALLOWED_ORIGINS: FRIENDS, ...environment })
  const [bidder, otherBidder, seller, otherSeller, admin, blocked] = await Promise.all([
    house.person('bidder'),
    house.person('other bidder'),
    house.person('seller', 'seller'),
    house.person('other seller', 'seller'),
    house.person('admin', 'admin'),
    house.person('blocked'),
  ])
  await house.admin.patchUser(blocked.session.user!.id, { blocked: true })
  const stage: Furnished['stage'] = async (stage) => {
    const { id } = await seller.create({ ...lot, ...kinds[stage] })
    const hasBid = stage === 'bidden' || stage === 'closed'
    const bidId = hasBid ? (await bidder.bid(id, { maximum: 5_000 })).bid.id : NO_BID
    if (stage === 'closed') await house.admin.close(id)
    return { id, bidId }
  }
  return { house, people: { anonymous: null, bidder, otherBidder, seller, otherSeller, admin, blocked }, stage }
}

/** Tokens that were an admin's and are good no more, or never were. */
export async function spentTokens({ house, people }: Furnished): Promise<Readonly<Record<Spent, string>>> {
  const good = (await people.admin!.session.token())!
  const leaver = await house.person('leaver', 'admin')
  const revoked = (await leaver.session.token())!
  await leaver.signOut()
  return {
    expired: forged(house, good, { payload: { exp: Math.floor(Date.now() / 1_000) - 1 } }),
    revoked,
    'wrong audience': forged(house, good, { payload: { aud: 'another-api' } }),
    'another key': forged(house, good, { key: generateKeyPairSync('ed25519').privateKey }),
  }
}
