import type { RefObject } from 'preact'
import { useLayoutEffect } from 'preact/hooks'

/**
 * After a question the focus goes back to the button that asked it, or, where that is gone, to the first in its place;
 * with none left, to the place itself. `asked` names the button by its `data-act`.
 */
export function useReturnedFocus(place: RefObject<HTMLElement | null>, asked: string | null): void {
  useLayoutEffect(() => {
    if (asked === null) return
    const node = place.current
    return () => {
      const button = node?.querySelector<HTMLElement>(`[data-act="${asked}"]`)
      const target = button ?? node?.querySelector<HTMLElement>('[data-act]') ?? node
      target?.focus({ preventScroll: true })
    }
  }, [asked, place])
}
