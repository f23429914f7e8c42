import { z } from 'zod'
import { email } from '../config/email.ts'
import { PASSWORD_MIN, passwordOf } from '../config.ts'
import { DEFAULT_PREFERENCES, noticeKind } from '../domain/notices.ts'
import { reject } from '../domain/rejection.ts'
import { hashOfToken } from '../engine/links.ts'
import { atHome, atLeast, visitorOf } from './access.ts'
import { readerOf } from './page-texts.ts'
import { type App, type AppParts, idParam } from './parts.ts'
import { Refused, refuse } from './problem.ts'
import { unsubscribePage } from './unsubscribe-page.ts'

const token = z.string().regex(/^[\w-]{43}$/, 'is no token of ours')

/** What is proved by a link in a mail: the address of an account, and who may set its password; and unsubscribing. */
export function emailRoutes(app: App, parts: AppParts): void {
  const { accounts, emails, mails, passwords, told, links, bus, clock, house } = parts
  const tags = ['accounts']
  const accepted = { 202: z.null() }
  const done = { 204: z.null() }

  /** Without mail none of it is there. */
  const whereMailIsOn = async () => {
    if (!mails.isOn) throw new Refused(reject('not_found', { detail: 'This house sends no mail' }))
  }

  app.post(
    '/users/verification',
    {
      schema: {
        tags,
        summary: 'Confirm an e-mail address',
        operationId: 'createVerification',
        description:
          'Without a token a mail with a link is sent to the address of whoever asks (202). With the token of such a link, which is good for 30 minutes and once, the address is confirmed (204), signed in or not.',
        refusals: ['unauthenticated', 'invalid_credentials', 'email_taken', 'not_found'],
        body: z.strictObject({ token }).partial().nullish(),
        response: { ...accepted, ...done },
      },
      onRequest: whereMailIsOn,
      config: { budget: 'signIn' },
    },
    async (request, reply) => {
      const given = request.body?.token
      if (given === undefined) {
        const { user } = visitorOf(request)
        if (user.scope === 'bid') return refuse(reply, reject('forbidden'))
        await mails.verification(user, (await accounts.user(user.id))!.email)
        return reply.code(202).send(null)
      }
      const used = await emails.use(hashOfToken(given), 'verification', clock.now())
      if (used === null)
        return refuse(reply, reject('invalid_credentials', { detail: 'This link is not good any more' }))
      const before = (await accounts.user(used.userId))!.email
      if (!(await emails.verify(used.userId, used.email, clock.now()))) return refuse(reply, reject('email_taken'))
      if (before !== used.email) await mails.tell(used.userId, 'email_changed', { to: before, email: used.email })
      bus.publish({ type: 'user-renamed', userId: used.userId })
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/passwords/reset',
    {
      schema: {
        tags,
        summary: 'Forgot a password',
        operationId: 'createPasswordReset',
        description:
          'The answer is the same whether there is such an account or not. The link is good for 30 minutes, and once.',
        refusals: ['not_found'],
        body: z.strictObject({ email }),
        response: accepted,
      },
      onRequest: whereMailIsOn,
      config: { budget: 'signIn' },
    },
    async (request, reply) => {
      // Behind the answer: how long it takes tells nobody who has an account.
      setImmediate(() => {
        mails
          .reset(request.body.email)
          .catch((error: unknown) => request.log.error({ err: error }, 'no reset was sent'))
      })
      return reply.code(202).send(null)
    },
  )

  app.post(
    '/passwords',
    {
      schema: {
        tags,
        summary: 'Set a new password by a link',
        operationId: 'createPassword',
        description:
          'Ends every session of the account. Whoever has the link has the address, so it is verified as well.',
        refusals: ['invalid_credentials', 'not_found'],
        body: z.strictObject({ token, password: passwordOf(PASSWORD_MIN) }),
        response: done,
      },
      onRequest: whereMailIsOn,
      config: { budget: 'signIn' },
    },
    async (request, reply) => {
      const hash = hashOfToken(request.body.token)
      const wrong = reject('invalid_credentials', { detail: 'This link is not good any more' })
      if ((await emails.token(hash, 'reset', clock.now())) === null) return refuse(reply, wrong)
      const password = await passwords.hash(request.body.password, { for: 'sign-in', address: request.ip })
      const used = await emails.use(hash, 'reset', clock.now())
      if (used === null) return refuse(reply, wrong)
      await accounts.setPassword(used.userId, password)
      for (const sessionId of await accounts.endSessions(used.userId)) bus.publish({ type: 'session-ended', sessionId })
      await emails.verify(used.userId, used.email, clock.now())
      await mails.tell(used.userId, 'password_changed')
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/users/:id/reset',
    {
      schema: {
        tags,
        summary: 'Send somebody a link for a new password',
        operationId: 'createPasswordResetFor',
        refusals: ['user_not_found', 'not_found'],
        params: z.object({ id: idParam }),
        response: accepted,
      },
      onRequest: [atLeast('admin'), atHome, whereMailIsOn],
    },
    async (request, reply) => {
      const user = await accounts.user(request.params.id)
      if (user === null) return refuse(reply, reject('user_not_found'))
      await mails.reset(user.email)
      return reply.code(202).send(null)
    },
  )

  const who = z.object({ user: z.string().max(100), kind: z.string().max(50), token: z.string().max(100) })
  const schema = { hide: true, querystring: who }

  /** A look at the link must change nothing: programs that check mails follow every link. */
  app.get('/unsubscribe', { schema }, async (request, reply) => {
    const { user, kind, token: given } = request.query
    const isGood = links.isUnsubscribe(user, kind, given)
    const name = (await house.face()).name
    const page = unsubscribePage(readerOf(request), { name, isGood, isDone: false })
    return reply.type('text/html; charset=utf-8').send(page)
  })

  /** RFC 8058: one POST, by a mail program or by the button of the page above, without being signed in. */
  app.post('/unsubscribe', { schema }, async (request, reply) => {
    const { user, kind, token: given } = request.query
    if (!links.isUnsubscribe(user, kind, given)) return refuse(reply, reject('not_found'))
    await told.changePreferences(user, { noMailOf: noticeKind.parse(kind) }, DEFAULT_PREFERENCES)
    const name = (await house.face()).name
    const page = unsubscribePage(readerOf(request), { name, isGood: true, isDone: true })
    return reply.type('text/html; charset=utf-8').send(page)
  })
}
