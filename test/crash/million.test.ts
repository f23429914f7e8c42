import { expect, onTestFinished, test } from 'vitest'
import { becomesReady, freePort, spawnService } from '../support/process.ts'
import { temporaryFolder } from '../support/service.ts'
import { Client } from '../../src/sdk/index.ts'
import { ADMIN, signedUp } from '../support/people.ts'
import { answersTheSame, verifies } from './kit/check.ts'
import { certainOffer, placed } from './kit/bidding.ts'
import { fill } from './kit/fill.ts'
import { isLong, rounds } from './kit/form.ts'

/** In short only what hangs takes so long. */
const READY_MS_MAX = rounds(90_000, 3_000)
const EVENTS = rounds(4_000, 1_000_000)
const AUCTIONS = 20

test(`[start] with ${EVENTS} events stored and after kill -9 the service is ready${isLong ? ' within 3 s' : ''}`, async () => {
  const dataDir = temporaryFolder()
  await fill(dataDir, { auctions: AUCTIONS, events: EVENTS })
  const port = await freePort()
  const first = spawnService(dataDir, port)
  onTestFinished(async () => void (await first.kill('SIGKILL')))
  await becomesReady(first)
  const admin = new Client(first.url)
  await admin.signIn(ADMIN.email, ADMIN.password)
  const bidder = await signedUp(first.url)
  const { items } = (await (await fetch(`${first.url}/v1/auctions`)).json()) as { items: { id: string }[] }
  const told = []
  for (const { id } of items) {
    const attempt = { auction: id, bidder, key: id, offer: { amount: EVENTS * 2 + certainOffer().amount } }
    const answer = await placed(attempt)
    if (answer === null || typeof answer === 'string') throw new Error(`not accepted: ${answer}`)
    told.push({ ...attempt, answer })
  }
  await first.kill('SIGKILL')

  const again = spawnService(dataDir, port)
  onTestFinished(async () => void (await again.kill('SIGKILL')))
  const readyMs = await becomesReady(again)
  process.stdout.write(`ready ${Math.round(readyMs)} ms after kill -9 with ${EVENTS} events\n`)
  expect(readyMs).toBeLessThan(READY_MS_MAX)
  await answersTheSame(told)
  await verifies(again.url, items[0]!.id, told.find(({ auction }) => auction === items[0]!.id)!.answer.seq!)
})
