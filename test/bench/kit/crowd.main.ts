import { Audience, type Manners, roomMember, watcher } from './audience.ts'
import type { Ask, Heard, Venue } from './crowd.ts'

/** An audience as a process of its own, so that its reading keeps nobody from bidding. Ends with its parent. */
let audience = new Audience()

function mannersOf({ by, at = '/', token }: Venue): Manners | null {
  if (by === 'TCP') return null
  return by === 'Socket.IO' ? roomMember(at) : watcher(at, by === 'auction.v1' ? by : null, token)
}

async function does(ask: Ask): Promise<void> {
  if (ask.do === 'join') {
    await audience.join(ask.port, ask.count, mannersOf(ask))
  } else if (ask.do === 'doze') audience.doze(ask.count)
  else if (ask.do === 'quiet') await audience.quiet()
  else {
    audience.leave()
    audience = new Audience()
  }
}

process.on('message', (ask: Ask) => {
  does(ask).then(
    () => process.send!({ bytes: audience.bytes, gone: audience.gone } satisfies Heard),
    (error: Error) => process.send!({ failed: error.message } satisfies Heard),
  )
})
process.once('disconnect', () => process.exit(0))
