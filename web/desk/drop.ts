import type { RefObject } from 'preact'
import { useEffect, useState } from 'preact/hooks'

/** Files dropped on a place; gives whether some are held over it. */
export function useDropped(place: RefObject<HTMLElement | null>, take: (files: readonly File[]) => void): boolean {
  const [isOver, over] = useState(false)
  useEffect(() => {
    const node = place.current!
    const leaving = new AbortController()
    // Leaving for a child is told as entering the child first.
    let depth = 0
    const move = (by: number) => (event: DragEvent) => {
      if (event.dataTransfer?.types.includes('Files') !== true) return
      event.preventDefault()
      depth = Math.max(0, depth + by)
      over(depth > 0)
    }
    const drop = (event: DragEvent) => {
      event.preventDefault()
      depth = 0
      over(false)
      take([...(event.dataTransfer?.files ?? [])])
    }
    node.addEventListener('dragenter', move(1), leaving)
    node.addEventListener('dragover', move(0), leaving)
    node.addEventListener('dragleave', move(-1), leaving)
    node.addEventListener('drop', drop, leaving)
    return () => leaving.abort()
  }, [place, take])
  return isOver
}
