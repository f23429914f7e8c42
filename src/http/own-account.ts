import { z } from 'zod'
import { PASSWORD_MIN, passwordOf } from '../config.ts'
import { instant, toWire } from '../domain/instant.ts'
import { reject } from '../domain/rejection.ts'
import { text } from '../domain/schema.ts'
import { atHome, visitorOf } from './access.ts'
import { type App, type AppParts, idParam } from './parts.ts'
import { refuse } from './problem.ts'
import { DISPLAY_NAME_MAX, showUser, userView } from './users.ts'

const changes = z
  .strictObject({
    displayName: text(1, DISPLAY_NAME_MAX),
    password: passwordOf(PASSWORD_MIN),
    currentPassword: passwordOf(0),
  })
  .partial()
  .refine(({ displayName, password }) => displayName !== undefined || password !== undefined, 'change something')
  .refine(({ password, currentPassword }) => password === undefined || currentPassword !== undefined, {
    path: ['currentPassword'],
    message: 'is needed for a new password',
  })

const sessionView = z
  .object({
    id: z.string(),
    current: z.boolean().meta({ description: 'Whether this request is of it' }),
    createdAt: instant,
    expiresAt: instant.meta({ description: 'Unless it is refreshed before' }),
  })
  .meta({ id: 'OwnSession' })

/** What people change of their own account, and where they are signed in. */
export function ownAccountRoutes(app: App, { accounts, passwords, bus, clock }: AppParts): void {
  const tags = ['accounts']
  const onRequest = atHome

  app.patch(
    '/me',
    {
      schema: {
        tags,
        summary: 'Change my name or password',
        operationId: 'updateMe',
        refusals: ['invalid_credentials'],
        description:
          'A new password needs the present one, and ends every other session. The name is shown to others from now on, also at what was before.',
        body: changes,
        response: { 200: userView },
      },
      onRequest,
      config: { budget: 'signIn' },
    },
    async (request, reply) => {
      const { user, sessionId } = visitorOf(request)
      const { displayName, password, currentPassword = '' } = request.body
      if (password !== undefined) {
        const known = await accounts.userByEmail(user.email)
        const isRight = await request.budgets.guess(request, user.email, () =>
          passwords.verify(currentPassword, known?.password ?? null, { for: 'sign-in', address: request.ip }),
        )
        if (!isRight) return refuse(reply, reject('invalid_credentials'))
        const hash = await passwords.hash(password, { for: 'sign-in', address: request.ip })
        await accounts.setPassword(user.id, hash)
        for (const ended of await accounts.endSessions(user.id, sessionId))
          bus.publish({ type: 'session-ended', sessionId: ended })
      }
      if (displayName !== undefined) await accounts.rename(user.id, displayName)
      return reply.send(showUser((await accounts.user(user.id))!))
    },
  )

  app.get(
    '/me/sessions',
    {
      schema: {
        tags,
        summary: 'Where I am signed in',
        operationId: 'listMySessions',
        response: { 200: z.object({ items: z.array(sessionView), nextCursor: z.null() }) },
      },
      onRequest,
    },
    async (request) => {
      const { user, sessionId } = visitorOf(request)
      const items = (await accounts.sessions(user.id, clock.now())).map(({ id, expiresAt }) => ({
        id,
        current: id === sessionId,
        createdAt: toWire(madeAt(id)),
        expiresAt: toWire(expiresAt),
      }))
      return { items, nextCursor: null }
    },
  )

  app.delete(
    '/me/sessions/:id',
    {
      schema: {
        tags,
        summary: 'Sign out one of my sessions',
        operationId: 'deleteMySession',
        refusals: ['not_found'],
        params: z.object({ id: idParam }),
        response: { 204: z.null() },
      },
      onRequest,
    },
    async (request, reply) => {
      const { id } = request.params
      const own = await accounts.sessions(visitorOf(request).user.id, clock.now())
      if (!own.some((one) => one.id === id)) return refuse(reply, reject('not_found'))
      await accounts.endSession(id)
      bus.publish({ type: 'session-ended', sessionId: id })
      return reply.code(204).send(null)
    },
  )
}

/** An id of ours begins with the time at which it was made (RFC 9562, UUIDv7). */
function madeAt(id: string): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)
}
