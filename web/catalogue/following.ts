import { arrivals, lotOf, movements, search, shown, state } from './lots.ts'
import { watched } from '../shared/watched.ts'

/**
 * The catalogue follows the sale: what no longer belongs to what is shown leaves, and what does by now arrives. Nothing
 * moves under a finger: a card that is pointed at, touched or focused, and all before it, wait until it is let go.
 */

const AGAIN_MS = 15_000
/** Several that close at once are one change. */
const SOON_MS = 400
/** A finger that was just lifted may come down again. */
const LIFTED_MS = 1_500

/** The place of the card that is under a finger, a pointer or the focus; -1 where none is. */
function heldPlace(): number {
  const { pointed, liftedAt } = pointer
  const focused = document.activeElement?.closest<HTMLElement>('.lot-card') ?? null
  const isPointed = pointed !== null && (liftedAt === null || performance.now() - liftedAt < LIFTED_MS)
  const held = [isPointed ? pointed : null, focused?.dataset['auction'] ?? null]
  return Math.max(...held.map((id) => (id === null ? -1 : shown.peek().indexOf(id))))
}

const pointer: { pointed: string | null; liftedAt: number | null } = { pointed: null, liftedAt: null }

function point({ target, pointerType, type }: PointerEvent): void {
  const card = (target as Element).closest?.<HTMLElement>('.lot-card') ?? null
  const before = pointer.pointed
  pointer.pointed = card?.dataset['auction'] ?? null
  pointer.liftedAt =
    pointerType !== 'mouse' && type !== 'pointerdown' && type !== 'pointermove' ? performance.now() : null
  if (settlement !== undefined && pointer.pointed !== before) settleAgain()
}

for (const type of ['pointerdown', 'pointermove', 'pointerup', 'pointercancel'] as const)
  addEventListener(type, point, { passive: true })
document.documentElement.addEventListener('pointerleave', ({ pointerType }) => {
  if (pointerType === 'mouse') pointer.pointed = null
})

function belongs(id: string): boolean {
  const wanted = search.peek().status
  if (wanted === 'watched') return watched.peek().has(id)
  const { status } = lotOf(id).peek()
  return wanted === '' || status === wanted || (wanted === 'open' && status === 'paused')
}

/** What was found when it was last looked, in its order. */
let found: readonly string[] = []

/** Puts everything in its place that no finger keeps; the rest is tried again when it is let go. */
function settle(): void {
  const before = shown.peek()
  const held = heldPlace()
  const after = before.filter((id, place) => belongs(id) || place <= held)
  let isWaiting = before.some((id, place) => !belongs(id) && place <= held)
  const heldId = held < 0 ? null : before[held]!
  for (const [rank, id] of found.entries()) {
    if (after.includes(id) || !belongs(id)) continue
    const neighbour = found.slice(0, rank).findLast((one) => after.includes(one))
    const place = neighbour === undefined ? 0 : after.indexOf(neighbour) + 1
    if (heldId !== null && place <= after.indexOf(heldId)) isWaiting = true
    else after.splice(place, 0, id)
  }
  if (after.length !== before.length || after.some((id, place) => id !== before[place])) shown.value = after
  if (isWaiting) settlement ??= setTimeout(settleAgain, LIFTED_MS)
}

let settlement: ReturnType<typeof setTimeout> | undefined

function settleAgain(): void {
  clearTimeout(settlement)
  settlement = undefined
  settle()
}

async function lookAgain(): Promise<void> {
  if (document.hidden || state.peek() !== 'read') return
  found = await arrivals().catch(() => [])
  settle()
}

let look: ReturnType<typeof setTimeout> | undefined

function lookSoon(): void {
  look ??= setTimeout(() => {
    look = undefined
    void lookAgain()
  }, SOON_MS)
}

/** Begins; the page does so when its first lots are there. */
export function followSale(): void {
  setInterval(() => void lookAgain(), AGAIN_MS)
  document.addEventListener('visibilitychange', () => void lookAgain())
  movements.add((_id, isStage) => {
    if (isStage) lookSoon()
  })
  search.subscribe(() => {
    found = []
  })
}
