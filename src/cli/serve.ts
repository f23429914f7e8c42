import closeWithGrace from 'close-with-grace'
import { closeCodes } from '../codes.ts'
import { readConfig } from '../config.ts'
import { serve } from '../main.ts'

export async function runService(): Promise<void> {
  const service = await serve(readConfig())
  closeWithGrace({ delay: 10_000 }, async ({ signal, err }) => {
    if (err !== undefined) console.error(err)
    await service.close(signal === 'SIGINT' ? closeCodes.going_away : closeCodes.restart)
  })
}
