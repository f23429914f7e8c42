import { useLayoutEffect, useState } from 'preact/hooks'

/** What the button of the form is for at the moment. */
export type Face = 'agree' | 'bid' | 'raise' | 'confirm-bid'

/** For so long a press may still be meant for the face before: the second half of a double click, a finger on its way. */
const STRAY_MS = 500

/** False right after a change of face. Whoever has just agreed or answered a question goes on at once. */
export function useArmed(face: Face): boolean {
  const [known, learn] = useState(face)
  useLayoutEffect(() => {
    const timer = setTimeout(() => learn(face), STRAY_MS)
    return () => clearTimeout(timer)
  }, [face])
  const wasAnswered = known === 'agree' || known === 'confirm-bid'
  return known === face || (wasAnswered && face !== 'confirm-bid')
}
