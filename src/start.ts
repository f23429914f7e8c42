import closeWithGrace from 'close-with-grace'
import { complaint } from './cli/complaint.ts'
import { closeCodes } from './codes.ts'
import { readConfig } from './config.ts'
import { openDemoHouse } from './demo.ts'
import { serve } from './main.ts'

/** `npm start`: the service, and in an empty house on SQLite the demo. */
try {
  // What the demo's own people do is not worth a line each.
  const config = readConfig(undefined, { LOG_LEVEL: 'warn' })
  const demo = config.DEMO === 'on' && config.DATABASE_URL === null ? openDemoHouse(config) : null
  const service = await serve(demo?.config ?? config)
  const stopDemo = await demo?.furnish(service.url)
  console.log(`\nMartillo is open at ${service.url} – API at ${service.url}/docs, stop with Ctrl-C`)
  closeWithGrace({ delay: 10_000 }, async ({ signal, err }) => {
    if (err !== undefined) console.error(err)
    stopDemo?.()
    await service.close(signal === 'SIGINT' ? closeCodes.going_away : closeCodes.restart)
  })
} catch (error) {
  console.error(complaint(error))
  process.exitCode = 1
}
