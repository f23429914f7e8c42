import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Some of the rules, by their names and by the tags of others. */
export type Rules = { readonly rules: readonly string[]; readonly tags: readonly string[] }

/** In the dark only the colours are others, and in another language only the words: in a second walk the rest is known. */
export const WORDS_AND_COLOURS: Rules = {
  rules: ['color-contrast', 'link-in-text-block'],
  tags: ['cat.text-alternatives', 'cat.name-role-value', 'cat.language', 'cat.forms'],
}

const armed = new WeakSet<Page>()

/** Sent once to a page, which then runs it in every document: half a megabyte takes longer to send than to run. */
async function bringAxe(page: Page): Promise<void> {
  if (armed.has(page)) return
  armed.add(page)
  await page.addInitScript({ content: axe })
  await page.evaluate(axe)
}

/** What axe finds serious, moderate or worse, with where: by all of its rules, or some. */
export async function faults(page: Page, some: Rules | null = null): Promise<string[]> {
  await bringAxe(page)
  // Half-way from one colour to the next a contrast is that of neither.
  await page.waitForFunction(() => {
    const isGoingOn = ({ playState, effect }: Animation) =>
      playState === 'running' && effect?.getComputedTiming().endTime !== Infinity
    return !document.getAnimations().some(isGoingOn)
  })
  const { violations } = await page.evaluate((wanted) => {
    type Axe = { run(options: object): Promise<AxeResults>; getRules(tags: readonly string[]): { ruleId: string }[] }
    const { axe } = globalThis as unknown as { axe: Axe }
    const named = wanted === null ? [] : [...wanted.rules, ...axe.getRules(wanted.tags).map(({ ruleId }) => ruleId)]
    return axe.run(wanted === null ? {} : { runOnly: { type: 'rule', values: named } })
  }, some)
  return violations
    .filter(({ impact }) => impact !== 'minor')
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
}
