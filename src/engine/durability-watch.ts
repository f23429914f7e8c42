import { limits } from '../config/limits.ts'
import { repeatEvery } from './interval.ts'
import type { Metrics } from './metrics.ts'
import type { Clock } from './ports.ts'

type DurabilityWatch = {
  /** Says why acknowledged commits could be lost; null if nothing is known. */
  readonly risk: () => Promise<string | null>
  readonly clock: Clock
  readonly metrics: Metrics
  readonly log: { error(fields: object, message: string): void; info(fields: object, message: string): void }
}

/**
 * Looks periodically whether storage could lose what it confirms, as when somebody changed its settings: says so once, and when it
 * is over. Bids are taken all the same (decision 205). Returns a function that stops this.
 */
export function watchDurability({ risk, clock, metrics, log }: DurabilityWatch): () => void {
  let known: string | null = null
  const look = async () => {
    const found = await risk()
    metrics.durabilityAtRisk.set(found === null ? 0 : 1)
    if (found !== null && found !== known) log.error({ risk: found }, 'acknowledged bids could be lost')
    if (found === null && known !== null) log.info({}, 'acknowledged bids are safe again')
    known = found
  }
  // A server that does not answer is noticed by those who write.
  return repeatEvery(clock, limits.beatMs * limits.beatsPerWrite, () => void look().catch(() => {}))
}
