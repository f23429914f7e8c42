import { Sessions } from '../../../src/engine/sessions.ts'
import { randomUUIDv7 } from 'node:crypto'
import fastifyCookie from '@fastify/cookie'
import fastifyCors from '@fastify/cors'
import fastifyWebsocket from '@fastify/websocket'
import Fastify from 'fastify'
import { validatorCompiler } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { DiskSecrets } from '../../../src/adapters/disk-secrets.ts'
import { SqliteAccounts } from '../../../src/adapters/sqlite/accounts.ts'
import { ReachRecords } from '../../../src/adapters/reach.ts'
import { Sqlite } from '../../../src/adapters/sqlite/database.ts'
import { SqliteQueries } from '../../../src/adapters/sqlite/queries.ts'
import { systemClock } from '../../../src/adapters/system-clock.ts'
import { readConfig } from '../../../src/config.ts'
import { isOneOffer, offerFields, oneOffer } from '../../../src/domain/schema.ts'
import { atLeast, authenticator, identify, issueToken, registerTokens } from '../../../src/http/access.ts'
import { Budgets, chargeRequests, registerBudgets } from '../../../src/http/budgets.ts'
import type { App } from '../../../src/http/parts.ts'
import { signingKey } from '../../../src/http/secrets.ts'
import { setSecurityHeaders } from '../../../src/http/security-headers.ts'
import { SUBPROTOCOL, auctionMessage } from '../../../src/protocol.ts'

/**
 * The floor of a bid: the server of the service, its plugins, its tokens and its schemas, and behind them nothing. It
 * answers with what it was sent. Prints its address and tokens for its users.
 */
const config = readConfig()
const sqlite = new Sqlite(config.DATA_DIR, { as: 'service' })
sqlite.migrate()
const accounts = new SqliteAccounts(sqlite)
const key = await signingKey(new DiskSecrets(config.DATA_DIR))
const app: App = Fastify({ bodyLimit: 64 * 1024, forceCloseConnections: true }).withTypeProvider()
app.setValidatorCompiler(validatorCompiler)
app.setSerializerCompiler(() => (data) => JSON.stringify(data))
await setSecurityHeaders(app, null)
await app.register(fastifyCors)
await app.register(fastifyCookie)
await app.register(fastifyWebsocket, { options: { perMessageDeflate: false, handleProtocols: () => SUBPROTOCOL } })
await registerTokens(app, key)
app.decorateRequest('visitor', null)
registerBudgets(app, new Budgets(systemClock(), false))
const reach = new ReachRecords(new SqliteQueries(sqlite))
const authenticate = authenticator(app, key, { sessions: new Sessions(accounts), reach, clock: systemClock() })
await app.register(
  async (v1: App) => {
    identify(v1, authenticate, () => true)
    chargeRequests(v1)
    v1.post(
      '/auctions/:id/bids',
      {
        schema: {
          headers: z.object({ 'idempotency-key': z.string().optional() }),
          params: z.object({ id: z.string() }),
          body: z.strictObject(offerFields).refine(isOneOffer, oneOffer),
        },
        onRequest: atLeast('bidder'),
      },
      async (request, reply) => reply.code(201).send({ ok: true, ...request.body }),
    )
    v1.route({
      method: 'GET',
      url: '/auctions/:id/live',
      handler: (_request, reply) => reply.code(400).send({}),
      wsHandler: (socket, request) => {
        const token = (request.headers.authorization ?? '').slice('Bearer '.length)
        void authenticate(token).then((visitor) => {
          if (visitor === null) return socket.close()
          socket.on('message', (data: Buffer) => {
            const read = auctionMessage.safeParse(JSON.parse(data.toString()))
            if (read.success)
              socket.send(JSON.stringify({ type: 'ack', key: read.data['key' as never], bid: read.data }))
          })
          socket.send(JSON.stringify({ type: 'you' }))
        })
      },
    })
  },
  { prefix: '/v1' },
)
await app.listen({ host: config.HOST, port: config.PORT })

/** As many users as asked for, each with a token. */
process.on('message', (count: number) => {
  const at = Date.now()
  const tokens = Array.from({ length: count }, async (_, i) => {
    const [id, session] = [randomUUIDv7(), randomUUIDv7()]
    const user = {
      id,
      email: `${id}@house.example`,
      displayName: `bidder ${i}`,
      role: 'bidder',
      blocked: false,
    } as const
    await accounts.addUser({ ...user, createdAt: at }, '')
    await accounts.addSession({ id: session, userId: id, expiresAt: at + 86_400_000 }, session)
    return issueToken(app, { id: session, userId: id, expiresAt: at + 86_400_000 }, at)
  })
  void Promise.all(tokens).then((all) => process.send!(all))
})
process.once('disconnect', () => process.exit(0))
process.send!('ready')
