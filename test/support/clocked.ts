import { readConfig } from '../../src/config.ts'
import { serve } from '../../src/main.ts'
import { ManualClock } from './clock.ts'
import { CHEAP_PASSWORDS } from './people.ts'

/** The service as a process of its own whose time its parent moves: `{ advanceMs }` is answered when it has passed. */
const clock = new ManualClock()
const service = await serve(readConfig(), {
  clock,
  passwordCost: CHEAP_PASSWORDS,
  wrapStore: (store) => clock.attend(store),
})

process.on('message', (message: { advanceMs: number }) => {
  void clock.advance(message.advanceMs).then(() => process.send!({ passed: message.advanceMs }))
})
process.once('disconnect', () => void service.close().then(() => process.exit(0)))
process.send!({ url: service.url })
