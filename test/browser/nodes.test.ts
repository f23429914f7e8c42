import { expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import type { ServerMessage } from '../../src/protocol.ts'
import { Client } from '../../src/sdk/index.ts'
import { openBalancer } from '../support/balancer.ts'
import { ADMIN } from '../support/people.ts'
import { runNodes } from '../support/nodes.ts'
import type { Running } from '../support/process.ts'
import { at, bid, bidder, enter, listenIn, pressBid, price, standing, visit } from './visitors.ts'

/** The order in which the balancer of somebody tries the nodes: theirs first. */
const from = (nodes: readonly Running[], first: number) => [...nodes.slice(first), ...nodes.slice(0, first)]

/** What a page was told of the auction, over all its connections. */
function toldOf(frames: readonly string[]) {
  const messages = frames.map((frame) => JSON.parse(frame) as ServerMessage)
  return {
    snapshots: messages.flatMap((message) => (message.type === 'snapshot' ? [message.seq] : [])),
    events: messages.flatMap((message) => (message.type === 'events' ? message.events.map(({ seq }) => seq) : [])),
  }
}

/** Each word that the page says of its connection from now on, however soon the next one comes. */
async function followPhases(page: Page): Promise<() => Promise<string[]>> {
  const phases = await at(page, 'connection').evaluateHandle((element) => {
    const seen: string[] = []
    new MutationObserver(() => seen.push(element.getAttribute('data-phase')!)).observe(element, {
      attributeFilter: ['data-phase'],
    })
    return seen
  })
  return () => phases.jsonValue()
}

test('two bidders and a watcher, each on another node; one is killed with a bid on its way, and the page goes on at another', async () => {
  const nodes = await runNodes()
  const sites = await Promise.all(nodes.map((_, i) => openBalancer(from(nodes, i))))
  const admin = new Client(nodes[2]!.url)
  await admin.signIn(ADMIN.email, ADMIN.password)
  const terms = { startPrice: 1_000, increments: 100 }
  const { id } = await admin.create({ title: 'A clock', currency: 'EUR', terms, durationSeconds: 3_600 })
  const { page: ana } = await bidder(sites[0]!, 'ana')
  const { page: ben } = await bidder(sites[1]!, 'ben')
  const watcher = await visit(sites[2]!)
  const everybody = [ana, ben, watcher]
  const heard = everybody.map(listenIn)
  const allSee = (minor: number) => Promise.all(everybody.map((page) => price(page, minor)))
  for (const page of everybody) await enter(page, id)

  expect(await bid(ana)).toBe('leading')
  await allSee(1_000)
  expect(await bid(ben)).toBe('leading')
  await allSee(1_100)
  await standing(ana, 'outbid')

  // A node that stands still takes the bid, and says nothing of it before it dies.
  nodes[0]!.child.kill('SIGSTOP')
  await pressBid(ana)
  await ana.locator('[data-answer=sending]').waitFor()
  const phases = await followPhases(ana)
  await nodes[0]!.kill('SIGKILL')
  await ana.locator('[data-answer=leading]').waitFor()
  await ana.locator('[data-phase=live]').waitFor()
  expect(await phases()).toMatchObject(['reconnecting', 'live'])
  await allSee(1_200)
  await standing(ben, 'outbid')

  expect(await bid(ben)).toBe('leading')
  await allSee(1_300)
  await standing(ana, 'outbid')
  expect(await bid(ana)).toBe('leading')
  await allSee(1_400)

  await admin.close(id)
  for (const page of everybody) await page.locator('[data-testid=result][data-result=sold]').waitFor()
  await standing(ana, 'won')
  await standing(ben, 'lost')
  expect((await admin.bids(id)).items.map(({ amount }) => amount)).toEqual([1_400, 1_300, 1_200, 1_100, 1_000])
  const { events } = await admin.events(id)
  for (const frames of heard) {
    const told = toldOf(frames)
    expect(told.snapshots).toHaveLength(1)
    expect(told.events).toEqual(events.map(({ seq }) => seq).filter((seq) => seq > told.snapshots[0]!))
  }
})
