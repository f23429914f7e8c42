import { formatFigure } from '../shared/figures.ts'
import { keys } from '../shared/keys.ts'
import { locale } from '../shared/language.ts'
import { stepAt } from '../shared/steps.ts'
import { figure, least, type } from './bidding.ts'
import { sign } from './falling.ts'
import { room } from './room.ts'

/** B presses the bid button, + and − go a step up and down; never while somebody writes or with another key held. */
export function hearKeys(): () => void {
  const hear = (event: KeyboardEvent) => {
    const { key, target, ctrlKey, altKey, metaKey } = event
    if (!keys.peek() || ctrlKey || altKey || metaKey || event.isComposing) return
    if ((target as Element).closest('input:not([type=radio]), textarea, select, [contenteditable]') !== null) return
    if (key.toLowerCase() === 'b') document.querySelector<HTMLElement>('[data-testid=bid]')?.click()
    else if (key === '+') move(1)
    else if (key === '-' || key === '−') move(-1)
  }
  addEventListener('keydown', hear)
  return () => removeEventListener('keydown', hear)
}

function move(by: 1 | -1): void {
  const { terms, currency } = room.peek()!.auction
  const [now, lowest] = [figure.peek(), least.peek()]
  if (now === null || lowest === null) return
  const moved = by === 1 ? now + stepAt(terms.increments, now) : now - stepAt(terms.increments, now - 1)
  type(sign() * (moved - lowest) <= 0 ? null : formatFigure(moved, currency, locale.peek()))
}
