import { type Engine, always } from '../engine/engine.ts'

/**
 * Returns when all that was decided so far has been stored and told. Whoever takes a right away waits for it before the
 * answer: a bid that found the right still there must not be accepted after it. Orders are answered in order, and this
 * one, which is about no auction, stands behind them.
 */
export async function settled(engine: Engine): Promise<void> {
  await engine.act('', { type: 'close' }, '', always)
}
