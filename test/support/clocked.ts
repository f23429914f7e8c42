import { readConfig } from '../../src/config.ts'
import { serve } from '../../src/main.ts'
import type { Storage } from '../../src/adapters/storage.ts'
import type { Deliveries } from '../../src/engine/delivery-ports.ts'
import { ManualClock } from './clock.ts'
import { CHEAP_PASSWORDS } from './people.ts'

/** The service as a process of its own whose time its parent moves: `{ advanceMs }` is answered when it has passed. */
const clock = new ManualClock()
const config = readConfig()
const service = await serve(config, {
  clock,
  passwordCost: CHEAP_PASSWORDS,
  wrapStorage: attended,
})

/** Storage, and what goes out of the house, which are waited for before time goes on. */
function attended(storage: Storage): Storage {
  const { store, told, emails, reach, house } = storage
  return {
    ...storage,
    store: clock.attend(store),
    told: clock.attend(told),
    emails: clock.attend(emails),
    reach: clock.attend(reach),
    house: clock.attend(house),
    deliveries: sendingAttended(clock.attend(storage.deliveries)),
  }
}

/** What was taken to be sent is under way until it is settled. */
function sendingAttended(deliveries: Deliveries): Deliveries {
  const underWay = new Map<number, () => void>()
  const take: Deliveries['take'] = async (query) => {
    const streams = await deliveries.take(query)
    for (const [first] of streams) clock.await(new Promise<void>((resolve) => underWay.set(first!.number, resolve)))
    return streams
  }
  const settle: Deliveries['settle'] = async (settled, at) => {
    await deliveries.settle(settled, at)
    for (const { number } of settled) underWay.get(number)?.()
  }
  const own = { take, settle }
  return new Proxy(deliveries, {
    get: (target, name) => (name in own ? own[name as keyof typeof own] : Reflect.get(target, name)),
  })
}

process.on('message', (message: { advanceMs: number }) => {
  void clock.advance(message.advanceMs).then(() => process.send!({ passed: message.advanceMs }))
})
process.once('disconnect', () => void service.close().then(() => process.exit(0)))
// Its public address is one of the script's.
process.send!({ url: config.PUBLIC_URL === null ? service.url : `http://127.0.0.1:${config.PORT}` })
