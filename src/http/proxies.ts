import type { Config } from '../config.ts'
import type { App } from './parts.ts'

/**
 * Of whom X-Forwarded-For is believed. So many proxies are the last so many that an address went through: what a client
 * claims itself stands in front of what they add. Whoever reaches the port past them can claim anything.
 */
export function trustedProxies({
  TRUST_PROXY,
}: Config): false | string[] | ((address: string, hop: number) => boolean) {
  return typeof TRUST_PROXY === 'number' ? (_address, hop) => hop < TRUST_PROXY : TRUST_PROXY
}

/** Says once that a proxy names its clients and is not believed: all of them would share one budget. */
export function warnOfProxies(app: App): void {
  let said = false
  app.addHook('onRequest', (request, _reply, done) => {
    if (!said && request.headers['x-forwarded-for'] !== undefined) {
      said = true
      request.log.warn('X-Forwarded-For is not believed: where a proxy of yours sends it, set TRUST_PROXY (README)')
    }
    done()
  })
}
