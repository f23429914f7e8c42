import { type Attack, addressOf, fatesOf, inTurn } from '../kit/attack.ts'
import { Peer } from '../kit/peer.ts'

const AT_ONCE = 50

function comes(url: string, auction: string, from: string, token: string | null = null): Promise<Peer> {
  const peer = new Peer(url, from)
  peer.isPolite = true
  return peer.upgraded(`/v1/auctions/${auction}/live`, token)
}

/** All of one person. */
export const ofOneUser: Attack = async ({ url, auction, count, tokens, network }) =>
  fatesOf(await inTurn(count, AT_ONCE, () => comes(url, auction, addressOf(network, 0), tokens[0])))

/** All of nobody, from one address. */
export const ofNobody: Attack = async ({ url, auction, count, network }) =>
  fatesOf(await inTurn(count, AT_ONCE, () => comes(url, auction, addressOf(network, 0))))
