import { effect } from '@preact/signals'
import { maySend } from './attempt.ts'

/** What had the focus is gone: it goes on where bidding goes on, once the answer is there. */
export function focusOnceBidding(): void {
  const done = effect(() => {
    if (!maySend.value) return
    requestAnimationFrame(() => {
      if (!maySend.peek()) return
      done()
      if (document.activeElement === document.body)
        document.querySelector<HTMLElement>('[data-testid=bid], [data-testid=raise]')?.focus({ preventScroll: true })
    })
  })
}
