import { expect, test } from 'vitest'
import { type HashRequest, PasswordHashQueue, TooBusy } from '../../src/engine/password-hash-queue.ts'

/** A line whose work ends when the test says so. */
function line(room = { hashesAtOnce: 1, hashesWaitingMax: 100, hashesWaitingPerNetworkMax: 30 }) {
  const hashing = new PasswordHashQueue(room)
  const begun: string[] = []
  const refused: string[] = []
  const ends: (() => void)[] = []
  const ask = (address: string, purpose: HashRequest['for'] = 'sign-in', name = address) => {
    const work = () => new Promise<void>((resolve) => ends.push(resolve) && begun.push(name))
    hashing.run({ for: purpose, address }, work).catch((error: unknown) => {
      refused.push(error instanceof TooBusy ? name : String(error))
    })
  }
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve))
  const finish = async (times: number) => {
    for (let i = 0; i < times; i += 1) {
      await settled()
      ends.shift()?.()
    }
    await settled()
  }
  return { ask, begun, refused, finish }
}

test('networks take turns: whoever asks a hundred times waits for none but themselves', async () => {
  const { ask, begun, refused, finish } = line()
  for (let i = 0; i < 130; i += 1) ask(`2001:db8:1:1::${i}`, 'sign-in', 'flood')
  for (let i = 0; i < 20; i += 1) ask(`192.0.2.${i}`)
  await finish(200)
  expect(new Set(refused)).toEqual(new Set(['flood']))
  expect(refused.length).toBe(130 - 31)
  const honest = begun.map((name, i) => [name, i] as const).filter(([name]) => name !== 'flood')
  expect(honest.length).toBe(20)
  // The first of the flood was at work already, and has one turn among the twenty-one.
  expect(honest.at(-1)![1]).toBeLessThanOrEqual(21)
})

test('whoever comes for the first time waits for no flood, however many networks it comes from', async () => {
  const { ask, begun, finish } = line()
  const flood = () => {
    for (let net = 0; net < 30; net += 1) for (let i = 0; i < 3; i += 1) ask(`198.51.100.${net}`, 'sign-in', 'flood')
  }
  flood()
  await finish(60)
  flood()
  for (let i = 0; i < 5; i += 1) ask(`192.0.2.${i}`)
  ask('2001:db8:1:1::1')
  await finish(7)
  expect(begun.slice(-7).filter((name) => name !== 'flood')).toHaveLength(6)
  // Who was served once, as after a slip, goes before those who were served more often.
  ask('192.0.2.1', 'sign-in', 'again')
  await finish(2)
  expect(begun.slice(-2)).toContain('again')
})

test('a room behind one address is not refused for a flood elsewhere, however many networks it comes from', async () => {
  const { ask, begun, refused, finish } = line({
    hashesAtOnce: 1,
    hashesWaitingMax: 40,
    hashesWaitingPerNetworkMax: 30,
  })
  for (let net = 0; net < 200; net += 1) ask(`2001:db8:1:${net.toString(16)}::1`, 'sign-in', 'flood')
  for (let i = 0; i < 20; i += 1) ask('192.0.2.1', 'sign-in', 'room')
  await finish(300)
  expect(begun.filter((name) => name === 'room').length).toBe(20)
  expect(refused).not.toContain('room')
})

test('networks inside of one /48 take turns as well', async () => {
  const { ask, begun, finish } = line()
  for (let i = 0; i < 20; i += 1) ask('2001:db8:1:1::1', 'sign-in', 'flood')
  ask('2001:db8:1:2::1', 'sign-in', 'neighbour')
  await finish(25)
  expect(begun.indexOf('neighbour')).toBeLessThanOrEqual(2)
  expect(begun.length).toBe(21)
})

test('sign-ins come before sign-ups, and take their places where there are too many', async () => {
  const { ask, begun, refused, finish } = line({ hashesAtOnce: 1, hashesWaitingMax: 4, hashesWaitingPerNetworkMax: 30 })
  ask('192.0.2.1', 'sign-up', 'at work')
  for (let i = 2; i < 6; i += 1) ask(`192.0.2.${i}`, 'sign-up', `up ${i}`)
  for (let i = 6; i < 8; i += 1) ask(`192.0.2.${i}`, 'sign-in', `in ${i}`)
  await finish(10)
  expect(begun).toEqual(['at work', 'in 6', 'in 7', 'up 4', 'up 5'])
  expect(refused).toEqual(['up 2', 'up 3'])
})

test('where everybody waits for one, whoever comes too late is refused', async () => {
  const { ask, begun, refused, finish } = line({ hashesAtOnce: 1, hashesWaitingMax: 3, hashesWaitingPerNetworkMax: 30 })
  for (let i = 1; i < 7; i += 1) ask(`192.0.2.${i}`)
  await finish(10)
  expect(begun.length).toBe(4)
  expect(refused).toEqual(['192.0.2.5', '192.0.2.6'])
})
