import { useLayoutEffect, useState } from 'preact/hooks'

/** What was meant for the button before it in the same place. */
const STRAY_MS = 450
/** One that went in the same breath stood there. */
const SAME_BREATH_MS = 100

let goneAt = -Infinity

/** False right after a button took the place of another: a finger on its way does not press what it never saw. */
export function useArmed(): boolean {
  const [isArmed, arm] = useState(true)
  useLayoutEffect(() => {
    const isStray = performance.now() - goneAt < SAME_BREATH_MS
    if (isStray) arm(false)
    const timer = isStray ? setTimeout(() => arm(true), STRAY_MS) : undefined
    return () => {
      clearTimeout(timer)
      goneAt = performance.now()
    }
  }, [])
  return isArmed
}
