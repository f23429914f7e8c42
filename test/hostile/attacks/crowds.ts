import { type Attack, fatesOf, inTurn } from '../kit/attack.ts'
import { Peer } from '../kit/peer.ts'

const AT_ONCE = 50

function comes(url: string, auction: string, from: string, token: string | null = null): Promise<Peer> {
  const peer = new Peer(url, from)
  peer.isPolite = true
  return peer.upgraded(`/v1/auctions/${auction}/live`, token)
}

/** All of one person. */
export const ofOneUser: Attack = async ({ url, auction, count, tokens }) =>
  fatesOf(await inTurn(count, AT_ONCE, () => comes(url, auction, '127.0.0.1', tokens[0])))

/** All of nobody, from one address. */
export const ofNobody: Attack = async ({ url, auction, count }) =>
  fatesOf(await inTurn(count, AT_ONCE, () => comes(url, auction, '127.0.9.9')))
