import type { BrowserContextOptions, Page } from 'playwright-core'
import { SPANISH_PHONE } from '../browser/visitors.ts'

/** When prices are seen: in the page's own frames, not when a test's question happens to be answered. */

export const PHONE: BrowserContextOptions = {
  ...SPANISH_PHONE,
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
}

/**
 * Lighthouse's telephone (github.com/GoogleChrome/lighthouse, docs/throttling.md, "slow 4G"): what a request waits at
 * least, bytes a second each way, and a processor so many times slower. Connecting costs nothing here.
 */
const LINK = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 }
const CPU_SLOWDOWN = 4
const LOOK_MS = 100

/** How much of a processor somebody who wants one whole gets just now: 1 where nobody else is busy. */
function shareOfProcessor(): number {
  const [began, before] = [performance.now(), process.threadCpuUsage()]
  while (performance.now() - began < LOOK_MS);
  const { user, system } = process.threadCpuUsage(before)
  return Math.min(1, (user + system) / 1_000 / (performance.now() - began))
}

/** A slow telephone that has never been here. A machine that others keep busy is slow already: that much is let off. */
export async function slowDown(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Network.enable')
  await devtools.send('Network.clearBrowserCache')
  await devtools.send('Network.emulateNetworkConditions', LINK)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: Math.max(1, CPU_SLOWDOWN * shareOfProcessor()) })
}

/** What was seen first under a test id: its text, and when that was on screen, in ms since the page was asked for. */
export type FirstSight = { readonly text: string; readonly afterMs: number }

/** The Element Timing API: a text counts once it is drawn and in sight. Wanted before the page is asked for. */
export async function watchFirst(page: Page, testId: string): Promise<() => Promise<FirstSight>> {
  await page.addInitScript((wanted) => {
    const seen = Promise.withResolvers<{ text: string; afterMs: number }>()
    Object.assign(globalThis, { firstSight: seen.promise })
    new PerformanceObserver((list) => {
      const [first] = list.getEntries() as (PerformanceEntry & { renderTime: number; element: Element | null })[]
      seen.resolve({ text: first!.element?.textContent ?? '', afterMs: first!.renderTime })
    }).observe({ type: 'element', buffered: true })
    new MutationObserver(() => {
      const node = document.querySelector(`[data-testid=${wanted}]:not([elementtiming])`)
      node?.setAttribute('elementtiming', wanted)
    }).observe(document, { childList: true, subtree: true })
  }, testId)
  return () => page.evaluate(() => (globalThis as unknown as { firstSight: Promise<FirstSight> }).firstSight)
}

/** A figure's digits, and the instant by the wall clock after the frame that drew it. */
export type Drawn = { readonly figure: number; readonly at: number }

/** Every figure that a place shows from now on, wanted before the page is asked for. */
export async function watchFigures(page: Page, selector: string): Promise<() => Promise<Drawn[]>> {
  await page.addInitScript((place) => {
    const drawn: { figure: number; at: number }[] = []
    Object.assign(globalThis, { drawn })
    // A message that is sent in a frame comes after it.
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', ({ data }) => drawn.push({ figure: data as number, at: Date.now() }))
    port1.start()
    let last = ''
    new MutationObserver(() => {
      const text = document.querySelector(place)?.textContent ?? ''
      if (text === last) return
      last = text
      requestAnimationFrame(() => port2.postMessage(Number(text.replaceAll(/\D/g, ''))))
    }).observe(document, { childList: true, characterData: true, subtree: true })
  }, selector)
  return () => page.evaluate(() => (globalThis as unknown as { drawn: Drawn[] }).drawn)
}
