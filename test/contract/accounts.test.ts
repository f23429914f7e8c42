import { randomUUIDv7 } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { limits } from '../../src/config/limits.ts'
import { Sessions } from '../../src/engine/sessions.ts'
import { AT, engines, user } from './engines.ts'

/** A refresh token's successor. */
const next = (hash: string) => ({ hash, nonce: `nonce of ${hash}` })

describe.each(Object.entries(engines))('%s', (_, open) => {
  test('a refresh token works once; its second use ends the session', async () => {
    const { accounts } = await open()
    const ana = await user(accounts)
    const session = { id: randomUUIDv7(), userId: ana.id, expiresAt: AT + 100 }
    await accounts.addSession(session, 'one')
    const later = AT + limits.refreshGraceMs
    const end = later + 200
    expect(await accounts.rotate('one', next('two'), AT, end)).toEqual({
      result: 'rotated',
      session: { ...session, expiresAt: end },
      nonce: 'nonce of two',
    })
    expect(await new Sessions(accounts).user(session.id, AT + 150)).toEqual(ana)
    expect(await accounts.rotate('one', next('three'), later, end)).toEqual({ result: 'reused', sessionId: session.id })
    expect(await accounts.rotate('two', next('four'), AT, end)).toEqual({ result: 'unknown' })
    expect(await new Sessions(accounts).user(session.id, AT)).toBeNull()
    expect(await accounts.rotate('never', next('five'), AT, end)).toEqual({ result: 'unknown' })
  })

  test('a refresh token shown again soon has the same successor, until that is used', async () => {
    const { accounts } = await open()
    const ana = await user(accounts)
    const session = { id: randomUUIDv7(), userId: ana.id, expiresAt: AT + 90_000 }
    await accounts.addSession(session, 'one')
    const end = AT + 100_000
    const first = await accounts.rotate('one', next('two'), AT, end)
    expect(await accounts.rotate('one', next('three'), AT + limits.refreshGraceMs - 1, end + 9)).toEqual(first)
    expect(await accounts.rotate('three', next('four'), AT, end)).toEqual({ result: 'unknown' })
    expect(await accounts.rotate('two', next('five'), AT + 1, end)).toMatchObject({ nonce: 'nonce of five' })
    expect(await accounts.rotate('one', next('six'), AT + 2, end)).toEqual({ result: 'reused', sessionId: session.id })
  })

  test('a session ends on its last day, whatever the refreshes', async () => {
    const { accounts } = await open()
    const ana = await user(accounts)
    const session = { id: randomUUIDv7(), userId: ana.id, expiresAt: AT + 100, endsAt: AT + 150 }
    await accounts.addSession(session, 'one')
    expect(await accounts.rotate('one', next('two'), AT + 50, AT + 200)).toMatchObject({
      session: { expiresAt: AT + 150 },
    })
    expect(await accounts.sessionEnd(session.id)).toBe(AT + 150)
    expect(await new Sessions(accounts).user(session.id, AT + 149)).toEqual(ana)
    expect(await new Sessions(accounts).user(session.id, AT + 150)).toBeNull()
    expect(await accounts.rotate('two', next('three'), AT + 150, AT + 300)).toEqual({ result: 'unknown' })
  })

  test('sessions that are over are removed a few at a time, with all their tokens, and no others', async () => {
    const { accounts } = await open()
    const ana = await user(accounts)
    const add = async (name: string, expiresAt: number) => {
      const session = { id: randomUUIDv7(), userId: ana.id, expiresAt }
      await accounts.addSession(session, `${name} 0`)
      for (let i = 0; i < 10; i += 1) await accounts.rotate(`${name} ${i}`, next(`${name} ${i + 1}`), AT, expiresAt)
      return session.id
    }
    const [over, ended, on] = [await add('over', AT + 10), await add('ended', AT + 90), await add('on', AT + 90)]
    await accounts.endSession(ended)
    const removed: number[] = []
    while (removed.at(-1) !== 0) removed.push(await accounts.removeSessions(AT + 10, 4))
    expect(removed).toEqual([4, 4, 3, 2, 0])
    expect([await accounts.sessionEnd(over), await accounts.sessionEnd(ended)]).toEqual([null, null])
    // A token used long ago still ends the session that goes on.
    expect(await accounts.rotate('on 0', next('x'), AT, AT + 99)).toEqual({ result: 'reused', sessionId: on })
  })

  test('[STORE-6] who is signed in is known at once after every change, though another connection made it', async () => {
    const { accounts, again } = await open()
    const { accounts: elsewhere } = await again()
    const [ana, ruler] = [await user(accounts), await user(accounts)]
    await accounts.changeUser(ruler.id, { role: 'admin' })
    const sessions = new Sessions(accounts)
    const sees = (at = AT) => sessions.user(ana.id, at)
    expect(await sees()).toEqual(ana)
    await elsewhere.changeUser(ana.id, { role: 'admin' })
    expect(await sees()).toEqual({ ...ana, role: 'admin' })
    await elsewhere.changeUser(ana.id, { blocked: true })
    expect(await sees()).toMatchObject({ role: 'admin', blocked: true })
    await elsewhere.changeUser(ana.id, { blocked: false, role: 'bidder' })
    expect(await sees()).toEqual(ana)
    await elsewhere.rotate(`refresh of ${ana.id}`, next('next'), AT, AT + 9_000_000)
    expect(await sees(AT + 8_999_999)).toEqual(ana)
    expect(await sees(AT + 9_000_000)).toBeNull()
    await elsewhere.endSessions(ana.id)
    expect(await sees()).toBeNull()
    const ben = await user(accounts)
    expect(await new Sessions(accounts).user(ben.id, AT)).toEqual(ben)
    expect(await elsewhere.eraseUser(ben.id, AT)).toEqual({ result: 'erased' })
    expect(await new Sessions(accounts).user(ben.id, AT)).toBeNull()
  })

  test('an e-mail address has one account; users are paged and found', async () => {
    const { accounts } = await open()
    const ana = await user(accounts, 'Ana')
    expect(await accounts.addUser({ ...ana, id: randomUUIDv7() }, 'hash')).toBe(false)
    for (let i = 0; i < 4; i += 1) await user(accounts, `Ben ${i}`)
    const first = await accounts.users({ limit: 3, cursor: null, q: null })
    const rest = await accounts.users({ limit: 3, cursor: first.nextCursor, q: null })
    expect(new Set([...first.items, ...rest.items].map(({ id }) => id)).size).toBe(5)
    expect(rest.nextCursor).toBeNull()
    expect((await accounts.users({ limit: 9, cursor: null, q: 'ANA' })).items).toEqual([ana])
    expect(await accounts.endSessions(ana.id)).toEqual([ana.id])
    expect(await accounts.endSessions(ana.id)).toEqual([])
  })

  test('two who show the same refresh token at once get the same successor, whichever connections they come by', async () => {
    const { accounts, again } = await open()
    const { accounts: other } = await again()
    const session = { id: randomUUIDv7(), userId: (await user(accounts)).id, expiresAt: AT + 90_000 }
    await accounts.addSession(session, '0')
    let shown = '0'
    for (let i = 0; i < 20; i += 1) {
      const tokens = [`${i} of one`, `${i} of the other`]
      const ends = [AT + 100_000 + i, AT + 200_000 + i]
      const [one, two] = await Promise.all(
        [accounts, other].map((by, n) => by.rotate(shown, next(tokens[n]!), AT, ends[n]!)),
      )
      expect(one).toMatchObject({ result: 'rotated' })
      expect(two).toEqual(one)
      const [made, lost] = one!.result === 'rotated' && one!.nonce.endsWith('of one') ? tokens : tokens.toReversed()
      expect(await accounts.rotate(lost!, next('never'), AT, AT)).toEqual({ result: 'unknown' })
      shown = made!
    }
  })

  test('a session has all its tokens ended, though one is renewed at the same time', async () => {
    const { accounts, again } = await open()
    const { accounts: other } = await again()
    const ana = await user(accounts)
    for (let i = 0; i < 20; i += 1) {
      const session = { id: randomUUIDv7(), userId: ana.id, expiresAt: AT + 90_000 }
      await accounts.addSession(session, `${i}`)
      await Promise.all([accounts.rotate(`${i}`, next(`${i} next`), AT, AT + 90_000), other.endSession(session.id)])
      expect(await accounts.sessionEnd(session.id)).toBeNull()
      for (const token of [`${i}`, `${i} next`])
        expect(await accounts.rotate(token, next('never'), AT, AT)).toEqual({ result: 'unknown' })
    }
    // Of sessions that were ended no token is left, so only they themselves are removed.
    expect(await accounts.removeSessions(0, 99)).toBe(20)
  })

  test('of two that end all sessions at once each session is told by one', async () => {
    const { accounts, again } = await open()
    const { accounts: other } = await again()
    const ana = await user(accounts)
    for (let i = 0; i < 20; i += 1) {
      const ids = Array.from({ length: 3 }, () => randomUUIDv7()).toSorted()
      for (const id of ids) await accounts.addSession({ id, userId: ana.id, expiresAt: AT + 1 }, `token of ${id}`)
      const ended = await Promise.all([accounts, other].map((by) => by.endSessions(ana.id, ana.id)))
      expect(ended.flat().toSorted()).toEqual(ids)
    }
    expect(await accounts.sessionEnd(ana.id)).not.toBeNull()
  })

  test('sessions that are over are removed by several at once, and each once', async () => {
    const { accounts, again } = await open()
    const { accounts: other } = await again()
    const ana = await user(accounts)
    for (let i = 0; i < 30; i += 1)
      await accounts.addSession({ id: randomUUIDv7(), userId: ana.id, expiresAt: AT }, `token ${i}`)
    const counts: number[] = []
    while (counts.slice(-2).some((count) => count > 0) || counts.length === 0)
      counts.push(...(await Promise.all([accounts, other].map((by) => by.removeSessions(AT, 4)))))
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(60)
    expect(await accounts.sessionEnd(ana.id)).not.toBeNull()
  })

  test('sessions that go on are listed, the latest first', async () => {
    const { accounts } = await open()
    const ana = await user(accounts)
    const add = async (expiresAt: number) => {
      const id = randomUUIDv7()
      await accounts.addSession({ id, userId: ana.id, expiresAt }, `token of ${id}`)
      return { id, expiresAt }
    }
    const [one, , ended, two] = [await add(AT + 5), await add(AT), await add(AT + 9), await add(AT + 7)]
    await accounts.endSession(ended.id)
    const first = { id: ana.id, expiresAt: AT + 3_600_000 }
    expect(await accounts.sessions(ana.id, AT)).toEqual([two, one, first])
    expect((await accounts.endSessions(ana.id, one.id)).toSorted()).toHaveLength(3)
    expect(await accounts.sessions(ana.id, AT)).toEqual([one])
  })

  test('two admins who demote each other at once leave one, in whichever way', async () => {
    const { accounts, again } = await open()
    const { accounts: other } = await again()
    const [ana, ben] = [await user(accounts), await user(accounts)]
    const changes = [{ role: 'bidder' }, { blocked: true }, { role: 'seller', blocked: true }] as const
    for (let i = 0; i < 20; i += 1) {
      for (const { id } of [ana, ben]) await accounts.changeUser(id, { role: 'admin', blocked: false })
      const results = await Promise.all([
        accounts.changeUser(ana.id, changes[i % 3]!),
        other.changeUser(ben.id, changes[(i + 1) % 3]!),
      ])
      expect(results.filter((result) => result === 'last_admin')).toHaveLength(1)
      const left = [await accounts.user(ana.id), await accounts.user(ben.id)]
      expect(left.filter((one) => one!.role === 'admin' && !one!.blocked)).toHaveLength(1)
    }
  })

  test('of two admins who are erased at once one stays', async () => {
    const { accounts, again } = await open()
    const { accounts: other } = await again()
    let ruler = await user(accounts)
    await accounts.changeUser(ruler.id, { role: 'admin' })
    for (let i = 0; i < 20; i += 1) {
      const second = await user(accounts)
      await accounts.changeUser(second.id, { role: 'admin' })
      const pair = [ruler, second]
      const results = await Promise.all([accounts, other].map((by, n) => by.eraseUser(pair[n]!.id, AT)))
      expect(results.map(({ result }) => result).toSorted()).toEqual(['erased', 'last_admin'])
      ruler = pair[results.findIndex(({ result }) => result === 'last_admin')]!
      expect(await accounts.user(ruler.id)).toMatchObject({ role: 'admin', blocked: false })
    }
  })

  test('the last admin who is not blocked stays one, and nobody else is changed by that', async () => {
    const { accounts } = await open()
    const [ana, ben] = [await user(accounts), await user(accounts)]
    expect(await accounts.changeUser(ana.id, { role: 'admin' })).toEqual({ ...ana, role: 'admin' })
    expect(await accounts.changeUser(ben.id, { role: 'admin', blocked: true })).toMatchObject({ role: 'admin' })
    for (const changes of [{ role: 'seller' }, { blocked: true }] as const)
      expect(await accounts.changeUser(ana.id, changes)).toBe('last_admin')
    expect(await accounts.eraseUser(ana.id, AT)).toEqual({ result: 'last_admin' })
    expect(await accounts.changeUser(ana.id, { blocked: false })).toEqual({ ...ana, role: 'admin' })
    expect(await accounts.changeUser(ben.id, { role: 'bidder' })).toEqual({ ...ben, blocked: true })
    expect(await accounts.changeUser(randomUUIDv7(), { role: 'bidder' })).toBeNull()
  })

  test('a hold keeps its first reason until it is lifted, also where two give one at once', async () => {
    const { accounts, again } = await open()
    const { accounts: other } = await again()
    const ana = await user(accounts)
    for (let i = 0; i < 20; i += 1) {
      const reasons = [`dispute ${i}`, `claim ${i}`]
      const before = await Promise.all([accounts, other].map((by, n) => by.setHold(ana.id, reasons[n]!)))
      expect(before).toContain(null)
      const first = reasons[before.indexOf(null)]!
      expect(before).toContain(first)
      expect(await accounts.eraseUser(ana.id, AT)).toEqual({ result: 'held', reason: first })
      expect(await accounts.setHold(ana.id, null)).toBe(first)
    }
    expect(await accounts.setHold(ana.id, null)).toBeNull()
    expect(await accounts.eraseUser(ana.id, AT)).toEqual({ result: 'erased' })
  })

  test('who is erased is nobody: their address is free, their key unknown, and they are in no list', async () => {
    const { accounts } = await open()
    const [ana, ben] = [await user(accounts), await user(accounts)]
    const claim = { userId: ana.id, key: 'key', request: 'asked', made: 'one', at: AT }
    await accounts.claim(claim)
    await accounts.setBlock(ana.id, ben.id, true)
    await accounts.setBlock(ben.id, ana.id, true)
    expect(await accounts.eraseUser(ana.id, AT)).toEqual({ result: 'erased' })
    expect(await accounts.user(ana.id)).toMatchObject({ displayName: 'Erased', blocked: true, createdAt: 0 })
    expect(await accounts.userByEmail(ana.email)).toBeNull()
    expect((await accounts.users({ limit: 9, cursor: null, q: null })).items).toEqual([ben])
    expect([await accounts.blocks(ana.id), await accounts.blocks(ben.id)]).toEqual([[], []])
    expect(await accounts.rotate(`refresh of ${ana.id}`, next('next'), AT, AT)).toEqual({ result: 'unknown' })
    expect(await accounts.claim({ ...claim, request: 'another' })).toMatchObject({ request: 'another' })
    expect(await accounts.addUser({ ...ana, id: randomUUIDv7() }, 'hash')).toBe(true)
  })

  test('of two who sign up with one address at once one has it', async () => {
    const { accounts, again } = await open()
    const { accounts: other } = await again()
    const ana = await user(accounts)
    for (let i = 0; i < 20; i += 1) {
      const email = `${i}@house.example`
      const added = [accounts, other].map((by) => by.addUser({ ...ana, id: randomUUIDv7(), email }, 'hash'))
      expect((await Promise.all(added)).filter((isAdded) => isAdded)).toHaveLength(1)
    }
  })

  test('what was asked under a key first is kept, also where two ask at once, and forgotten a few at a time', async () => {
    const { accounts, again } = await open()
    const { accounts: other } = await again()
    const ana = await user(accounts)
    for (let i = 0; i < 20; i += 1) {
      const creation = { userId: ana.id, key: `key ${i}`, request: 'asked', at: AT + i }
      const claims = [accounts, other].map((by, n) =>
        by.claim({ ...creation, made: `${i} ${n}`, at: AT + i + n * 100 }),
      )
      const [one, two] = await Promise.all(claims)
      expect(two).toEqual(one)
      expect(['0', '1'].map((n) => ({ ...creation, made: `${i} ${n}`, at: AT + i + Number(n) * 100 }))).toContainEqual(
        one,
      )
      expect(await accounts.claim({ ...creation, request: 'other', made: 'later', at: AT + 900 })).toEqual(one)
    }
    const removed: number[] = []
    while (removed.at(-1) !== 0) removed.push(await accounts.removeClaims(AT + 200, 8))
    expect(removed).toEqual([8, 8, 4, 0])
    expect(await accounts.removeClaims(AT, 8)).toBe(0)
  })

  test('a name and a password are changed, and names are told of whoever is asked for', async () => {
    const { accounts } = await open()
    const [ana, ben] = [await user(accounts, 'Ana'), await user(accounts, 'Ben')]
    await accounts.rename(ana.id, 'Änne')
    await accounts.setPassword(ana.id, 'another hash')
    expect(await accounts.userByEmail(ana.email)).toEqual({
      user: { ...ana, displayName: 'Änne' },
      password: 'another hash',
    })
    const nobody = randomUUIDv7()
    expect([...(await accounts.names([ben.id, nobody, ana.id]))]).toEqual([
      [ben.id, 'Ben'],
      [nobody, ''],
      [ana.id, 'Änne'],
    ])
    const found = async (q: string) => (await accounts.users({ limit: 9, cursor: null, q })).items.length
    const asked = ['NNE', 'Ä', 'ä', 'bEN', '%', '_', '\0', `${ben.email} ben`]
    expect(await Promise.all(asked.map(found))).toEqual([1, 1, 0, 1, 0, 0, 0, 1])
  })

  test('[WHO-1] whom a seller blocks is blocked there, once, until they are let in again', async () => {
    const { accounts, again } = await open()
    const { accounts: other } = await again()
    const [seller, ana] = [await user(accounts), await user(accounts)]
    const rights = async (sellerId: string) => (await other.rights(ana.id, sellerId))!
    await Promise.all([accounts, other].map((by) => by.setBlock(seller.id, ana.id, true)))
    expect(await accounts.blocks(seller.id)).toEqual([ana.id])
    expect([(await rights(seller.id)).blocked, (await rights('')).blocked]).toEqual([true, false])
    await accounts.setBlock(seller.id, ana.id, false)
    expect(await rights(seller.id)).toEqual({ user: ana, expiresAt: AT + 3_600_000, blocked: false, staff: false })
    await accounts.changeUser(ana.id, { blocked: true })
    expect((await rights(seller.id)).blocked).toBe(true)
  })

  test('[STORE-6] every change of what somebody may do moves the version, and nothing else does', async () => {
    const { accounts } = await open()
    const [seller, ana] = [await user(accounts), await user(accounts)]
    const moves = async (change: () => Promise<unknown>) => {
      const before = await accounts.authVersion()
      await change()
      return (await accounts.authVersion()) > before
    }
    const session = { id: randomUUIDv7(), userId: ana.id, expiresAt: AT + 90_000 }
    expect(await moves(() => accounts.addSession(session, 'one'))).toBe(false)
    expect(await moves(() => accounts.rotate('one', next('two'), AT, AT + 90_000))).toBe(false)
    expect(await moves(() => accounts.rename(ana.id, 'Ana'))).toBe(true)
    expect(await moves(() => accounts.rotate('two', next('three'), AT, AT + 90_000))).toBe(false)
    expect(await moves(() => accounts.rotate('one', next('four'), AT, AT + 90_000))).toBe(true)
    expect(await moves(() => accounts.endSession(ana.id))).toBe(true)
    expect(await moves(() => accounts.endSessions(seller.id))).toBe(true)
    expect(await moves(() => accounts.endSessions(seller.id))).toBe(false)
    expect(await moves(() => accounts.setBlock(seller.id, ana.id, true))).toBe(true)
    expect(await moves(() => accounts.setBlock(seller.id, ana.id, false))).toBe(true)
    expect(await moves(() => accounts.changeUser(ana.id, { role: 'admin' }))).toBe(true)
    expect(await moves(() => accounts.eraseUser(ana.id, AT))).toBe(false)
    expect(await moves(() => accounts.eraseUser(seller.id, AT))).toBe(true)
  })
})
