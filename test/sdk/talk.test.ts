import { expect, onTestFinished, test } from 'vitest'
import { type Client, type RoomMessageView, RoomConnection, Talk } from '../../src/sdk/index.ts'
import { type House, sharedHouse } from '../support/service.ts'

/** Waits until something has come. */
async function until(isSo: () => boolean): Promise<void> {
  await expect.poll(isSo, { timeout: 20_000 }).toBe(true)
}

function talkIn(client: Client, id: string): { talk: Talk; connection: RoomConnection; heard: RoomMessageView[] } {
  const connection = new RoomConnection(client, id)
  onTestFinished(() => connection.close())
  const talk = new Talk(client, connection, id)
  const heard: RoomMessageView[] = []
  talk.subscribe((said) => {
    if (said !== null) heard.push(said)
  })
  return { talk, connection, heard }
}

const textsOf = (messages: readonly RoomMessageView[]) => messages.map(({ text }) => text)

async function openRoom(): Promise<{ house: House; id: string; ana: Client; ben: Client }> {
  const house = await sharedHouse()
  const id = await house.auction({ room: { messages: 'members', presence: 'paddles' } })
  return { house, id, ana: await house.person('Ana'), ben: await house.person('Ben') }
}

test('what is said is kept in its order and once, older messages are read, and what is removed is gone', async () => {
  const { house, id, ana, ben } = await openRoom()
  for (let i = 1; i <= 25; i += 1) await house.admin.say(id, `before ${i}`)
  const [first, second] = [talkIn(ana, id), talkIn(ben, id)]
  await until(() => first.talk.messages.length === 20 && second.talk.messages.length === 20)
  const said = await first.talk.say('hello', 'room', 'my key')
  expect(await first.talk.say('hello', 'room', 'my key')).toEqual(said)
  await until(() => second.heard.length === 1)
  expect(textsOf(first.heard)).toEqual(['hello'])
  await first.talk.older()
  expect(textsOf(first.talk.messages)).toEqual([...Array.from({ length: 25 }, (_, i) => `before ${i + 1}`), 'hello'])
  expect(first.talk.hasOlder).toBe(false)
  await house.admin.removeMessage(id, said.id, 'for the test')
  await until(() => !textsOf(second.talk.messages).includes('hello') && !textsOf(first.talk.messages).includes('hello'))
})

test('questions, answers, typing and who is there are told to whom they are for', async () => {
  const { house, id, ana, ben } = await openRoom()
  await ben.bid(id, { amount: 1_000 })
  const [asAna, asBen] = [talkIn(ana, id), talkIn(ben, id)]
  await until(() => asAna.talk.paddles?.includes('P1') === true)
  expect(asAna.talk.settings).toEqual({ presence: 'paddles', messages: 'members', ask: true })
  await until(() => asBen.connection.phase === 'live' && asBen.connection.room?.you?.paddle === 'P1')
  asBen.talk.type()
  await until(() => asAna.talk.typing.length === 1)
  expect(asAna.talk.typing).toEqual([{ from: 'P1', to: 'room' }])
  await asBen.talk.say('there you are')
  await until(() => asAna.talk.messages.length === 1)
  expect(asAna.talk.typing).toEqual([])
  await asAna.talk.say('does it run?', 'seller')
  const [conversation] = (await house.admin.conversations({ all: true, unread: true })).items.filter(
    (one) => one.auction.id === id,
  )
  await house.admin.answer(conversation!.id, 'it does')
  await until(() => asAna.talk.asked.length === 2)
  expect(textsOf(asAna.talk.asked)).toEqual(['does it run?', 'it does'])
  expect([asBen.talk.asked, textsOf(asBen.talk.messages)]).toEqual([[], ['there you are']])
  expect(await asAna.talk.part()).toMatchObject({ speaker: 'V1', mayWrite: true, conversation: conversation!.id })
  expect(textsOf((await ana.conversation(conversation!.id)).items)).toEqual(['it does', 'does it run?'])
  await house.admin.mute(id, 'V1', 60)
  expect((await house.admin.mutes(id)).items).toMatchObject([{ speaker: 'V1' }])
  await expect(asAna.talk.say('more')).rejects.toMatchObject({ code: 'muted' })
  await house.admin.unmute(id, 'V1')
  await ben.reportMessage(id, (await asAna.talk.say('again')).id)
  expect((await house.admin.reports()).items).toContainEqual(
    expect.objectContaining({ message: expect.objectContaining({ text: 'again' }), reports: 1 }),
  )
  expect(textsOf((await ben.messages(id, { limit: 1 })).items)).toEqual(['again'])
})
