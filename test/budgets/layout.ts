import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/** A sum of layout shifts (web.dev/cls) that nobody sees: a digit more in a line of figures. */
const SHIFT_MAX = 0.002
export const FRAME_MS = 1_000 / 60

/** From now on: what moved without being asked to, and how long each frame took. */
export async function watchLayout(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen = { shifts: [] as { value: number; what: string[] }[], frames: [] as number[] }
    Object.assign(globalThis, { seen })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number
        hadRecentInput: boolean
        sources: { node: Element | null }[]
      })[])
        if (!entry.hadRecentInput)
          seen.shifts.push({
            value: entry.value,
            what: entry.sources.map(({ node }) => `${node?.nodeName} ${node?.className ?? node?.textContent}`),
          })
    }).observe({ type: 'layout-shift', buffered: true })
    let last = performance.now()
    const frame = (now: number) => {
      seen.frames.push(now - last)
      last = now
      requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
  })
}

type Seen = { shifts: { value: number; what: string[] }[]; frames: number[] }
export const seenBy = (page: Page) => page.evaluate(() => (globalThis as unknown as { seen: Seen }).seen)

/** Nothing has moved without being asked to, as far as anybody sees. */
export async function expectCalm(page: Page): Promise<void> {
  const { shifts } = await seenBy(page)
  const moved = shifts.reduce((all, { value }) => all + value, 0)
  expect(moved, JSON.stringify(shifts.slice(0, 5))).toBeLessThan(SHIFT_MAX)
}

export async function forgetFrames(page: Page): Promise<void> {
  await page.evaluate(() => ((globalThis as unknown as { seen: Seen }).seen.frames.length = 0))
}
