import type { Clock } from './ports.ts'

/** Calls every `intervalMs` until the returned function is called. */
export function repeatEvery(clock: Clock, intervalMs: number, call: () => void): () => void {
  let cancel = () => {}
  const again = () => {
    cancel = clock.wake(intervalMs, () => {
      again()
      call()
    })
  }
  again()
  return () => cancel()
}
