import fc from 'fast-check'
import { Agent } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { REQUESTS, SEED, TIMEOUT_MS } from './form.ts'
import { FuzzedHouse } from './house.ts'
import { type OpenApi, type Operation, operationsOf } from './openapi.ts'
import { type Drawn, drawn, send } from './requests.ts'

const AT_ONCE = 20
/** Requests until there are new auctions to ask of. */
const PART = 500
/** A picture waits for the one before it, and a password for those before it: beyond what may wait it is try_again. */
const MAY_BE_BUSY = /^POST \/v1\/(users|sessions|images)$|^PATCH \/v1\/me$/
const SIGNS_OUT = /^DELETE \/v1\/sessions/

test(
  `${REQUESTS} requests by the OpenAPI document: no crash, no 5xx, and every answer as it is documented`,
  { timeout: TIMEOUT_MS },
  async () => {
    const house = await FuzzedHouse.open()
    const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
    onTestFinished(() => agent.destroy())
    const operations = operationsOf((await (await fetch(`${house.url}/openapi.json`)).json()) as OpenApi)
    const statuses = new Map<string, number>()
    let sent = 0

    const fault = async (one: Drawn): Promise<string | null> => {
      const answer = await send(house.url, agent, one, await house.token(one.actor), house)
      sent += 1
      statuses.set(
        `${one.operation.name} ${answer.status}`,
        (statuses.get(`${one.operation.name} ${answer.status}`) ?? 0) + 1,
      )
      note(house, one.operation, answer.status, answer.text)
      const busy = answer.status === 503 && MAY_BE_BUSY.test(one.operation.name)
      const wrong = answer.status >= 500 && !busy ? answer.text : one.operation.fault(answer)
      if (SIGNS_OUT.test(one.operation.name) && answer.status === 204) await house.welcome(one.actor)
      return wrong === null ? null : `${answer.sent}\n→ ${answer.status} ${answer.text.slice(0, 500)}\n${wrong}`
    }

    const arbitrary = drawn(operations, house.actors)
    for (let part = 0; sent < REQUESTS; part += 1) {
      const list = fc.sample(arbitrary, { seed: SEED + part, numRuns: PART })
      await house.fresh()
      for (let i = 0; i < list.length; i += AT_ONCE) {
        const faults = await Promise.all(list.slice(i, i + AT_ONCE).map(fault))
        expect({ seed: SEED, faults: faults.filter((one) => one !== null) }).toEqual({ seed: SEED, faults: [] })
      }
    }
    expect(sent).toBeGreaterThanOrEqual(REQUESTS)
    expect(await house.isWell()).toBe(true)
    // Not refused at the door each time: operations were let through, but for those that take luck.
    const answered = new Set(
      [...statuses.keys()].filter((one) => / [23]\d\d$/.test(one)).map((one) => one.slice(0, -4)),
    )
    const refused = operations.map(({ name }) => name).filter((name) => !answered.has(name) && !LUCKY.has(name))
    // Few requests may miss what many meet.
    expect(REQUESTS < ENOUGH ? [] : refused).toEqual([])
  },
)

/** Requests after which every operation has been let through but by bad luck. */
const ENOUGH = 20_000

/** A picture that is one, a cookie that is one, the right password, an end of an auction in the log, and the like. */
const LUCKY = new Set([
  'POST /v1/users',
  'POST /v1/sessions',
  'POST /v1/sessions/refresh',
  'DELETE /v1/sessions',
  'DELETE /v1/sessions/current',
  'POST /v1/me/tokens',
  'POST /v1/auctions/{id}/extend',
  'POST /v1/images',
  'GET /images/{file}',
  'GET /v1/log/proof',
  'GET /v1/log/consistency',
  'POST /v1/auctions/{id}/resume',
  'POST /v1/auctions/{id}/bids/{bidId}/void',
  'GET /v1/auctions/{id}/bids/{bidId}/explanation',
  'GET /v1/auctions/{id}/film',
])

function note(house: FuzzedHouse, { name }: Operation, status: number, text: string): void {
  if (status !== 201) return
  const answer = JSON.parse(text) as { id?: string; bid?: { id: string } }
  if (name === 'POST /v1/auctions') house.auctions.push(answer.id!)
  if (answer.bid !== undefined) house.bids.push(answer.bid.id)
}
