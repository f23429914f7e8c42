import { useLayoutEffect, useState } from 'preact/hooks'

/** For so long a press may still be meant for the button that stood there before. */
const STRAY_MS = 450
/** A button that was removed so shortly before was replaced by this one. */
const REPLACED_MS = 100

let removedAt = -Infinity

/** False right after a button took the place of another: a finger on its way does not press what it never saw. */
export function useArmed(): boolean {
  const [isArmed, arm] = useState(true)
  useLayoutEffect(() => {
    const isStray = performance.now() - removedAt < REPLACED_MS
    if (isStray) arm(false)
    const timer = isStray ? setTimeout(() => arm(true), STRAY_MS) : undefined
    return () => {
      clearTimeout(timer)
      removedAt = performance.now()
    }
  }, [])
  return isArmed
}
