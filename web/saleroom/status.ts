import { computed } from '@preact/signals'
import type { Shape } from '../shared/icons.tsx'
import { money } from '../shared/money.ts'
import { user } from '../shared/session.ts'
import { fullTime } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import { type Attempt, attempt, attemptText, isAtEnd, spoken } from './attempt.ts'
import { isSeller, ownVoided, room, stale } from './room.ts'
import { saleroomWords } from './words.ts'

/** Where I stand or what became of my bid: a look, a shape, a word, and a sentence. */
export type Status = { readonly look: string; readonly shape: Shape; readonly word: string; readonly says: string }

/** One thing at a time, what matters most first. */
export const status = computed<Status>(() => {
  const { auction } = room.value!
  const texts = saleroomWords.value
  const now = attempt.value
  if (stale.value && now.kind === 'sending')
    return { look: 'amiss', shape: 'sending', word: texts.unknownWord, says: texts.stillAsking(spoken(now.offer)) }
  if (stale.value) return { look: 'amiss', shape: 'alert', word: texts.staleWord, says: texts.stale }
  if (auction.status === 'paused') {
    const says = `${texts.maximaStand} ${texts.pausedBecause(auction.statusReason ?? '')}`
    return { look: 'paused', shape: 'paused', word: words.value.status.paused, says }
  }
  if (auction.status === 'scheduled' || auction.status === 'draft') return beforeOpening()
  const made = ofAttempt(now)
  if (made === null && isAtEnd.value)
    return { look: 'none', shape: 'sending', word: texts.atEndWord, says: texts.atEnd }
  return made ?? ofStanding()
})

function beforeOpening(): Status {
  const { opensAt, status } = room.value!.auction
  const says = opensAt === null ? '' : saleroomWords.value.opens(fullTime(opensAt))
  return { look: 'none', shape: 'none', word: words.value.status[status], says }
}

/** Null where the standing says it all. */
function ofAttempt(now: Attempt): Status | null {
  const { sendingWord, refusedWord, unknownWord, outbidAtOnceWord } = saleroomWords.value
  const says = attemptText(now)
  switch (now.kind) {
    case 'none':
    case 'asked':
      return null
    case 'sending':
      return { look: 'sending', shape: 'sending', word: sendingWord, says }
    case 'refused':
      return { look: 'amiss', shape: 'alert', word: refusedWord, says }
    case 'unknown':
      return { look: 'amiss', shape: 'alert', word: unknownWord, says }
    case 'answered':
      if (now.answer.outcome !== 'outbid') return null
      return { look: 'outbid', shape: 'outbid', word: outbidAtOnceWord, says }
  }
}

function ofStanding(): Status {
  const { you } = room.value!
  // Bids that were all made void are none: nobody bid more.
  const isVoid = you !== null && you.standing === 'outbid' && you.bids.length > 0 && you.bids.every((bid) => bid.voided)
  const standing = isVoid ? 'none' : (you?.standing ?? 'none')
  const isUnknown = user.value === undefined || (user.value !== null && you === null)
  const word = isUnknown ? words.value.loading : words.value.standing[standing]
  const now = attempt.value
  if (standing === 'leading' && isUnmet.value)
    return { look: 'unmet', shape: 'leading', word: words.value.standing.unmet, says: standingText() }
  const says = now.kind === 'answered' ? attemptText(now) : standingText()
  return { look: standing, shape: standing, word, says }
}

/** Looked for once: what happens while the page is there is heard. */
const isVoided = computed(() => ownVoided.value === null && room.value?.you?.bids[0]?.voided === true)
const stopLooking = isVoided.subscribe((isWanted) => {
  if (!isWanted) return
  queueMicrotask(() => stopLooking())
  import('./own-void.ts').then(({ findOwnVoid }) => findOwnVoid()).catch(() => undefined)
})

/** To lead does not win yet. */
const isUnmet = computed(() => room.value?.auction.reserve === 'unmet')

function standingText(): string {
  const { auction, you } = room.value!
  const texts = saleroomWords.value
  const price = auction.price === null ? '' : money.value(auction.price, auction.currency)
  if (you?.bids[0]?.voided === true && you.standing !== 'leading')
    return texts.yourBidVoided(ownVoided.value?.reason ?? '')
  if (you?.standing === 'outbid') return texts.outbid(price)
  if (you?.standing === 'leading') return (isUnmet.value ? texts.leadingUnmet : texts.leadingNow)(price)
  if (isSeller.value) return texts.ownAuction
  if (user.value === null) return texts.watchOnly
  return user.value === undefined || you === null ? '' : texts.notYet
}

/** The own maximum while it is a secret: beaten, or paid in full, it is none any more. */
export const secretMaximum = computed<number | null>(() => {
  const { auction, you } = room.value!
  const maximum = you?.standing === 'leading' ? (you.maximum ?? you.minimum ?? null) : null
  return maximum === auction.price ? null : maximum
})
