import { type Attack, fatesOf, inTurn } from '../kit/attack.ts'
import { Peer } from '../kit/peer.ts'

const AT_ONCE = 50

/** All of one person. */
export const ofOneUser: Attack = async ({ url, auction, count, tokens }) =>
  fatesOf(await inTurn(count, AT_ONCE, () => new Peer(url).upgraded(`/v1/auctions/${auction}/live`, tokens[0])))

/** All of nobody, from one address. */
export const ofNobody: Attack = async ({ url, auction, count }) =>
  fatesOf(await inTurn(count, AT_ONCE, () => new Peer(url, '127.0.9.9').upgraded(`/v1/auctions/${auction}/live`)))
