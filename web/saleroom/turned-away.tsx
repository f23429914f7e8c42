import { closeNumbers } from '../../src/codes.ts'
import { signInAddress } from '../shared/frame.tsx'
import { words } from '../shared/words.ts'
import { ending } from './room.ts'
import { turnedAwayWords } from './turned-away-words.ts'

/** Who may not watch, or asks for what is not there. */
export function TurnedAway() {
  const { gone, membersOnly, notAllowed, toCatalogue } = turnedAwayWords.value
  const members = ending.value === closeNumbers.not_signed_in
  return (
    <div class="turned-away">
      <h1>{members ? membersOnly : ending.value === closeNumbers.auction_not_found ? gone : notAllowed}</h1>
      <a class={members ? 'primary' : 'secondary'} href={members ? signInAddress() : '/'}>
        {members ? words.value.signIn : toCatalogue}
      </a>
    </div>
  )
}
