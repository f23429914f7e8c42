import { expect, onTestFinished, test } from 'vitest'
import { Client, NoticeConnection } from '../../src/sdk/index.ts'
import { sharedHouse } from '../support/service.ts'

test('what was missed is read once the service knows who asks, however late the token is shown', async () => {
  const house = await sharedHouse()
  let pongs = 0
  class Heard extends WebSocket {
    constructor(...given: ConstructorParameters<typeof WebSocket>) {
      super(...given)
      this.addEventListener('message', ({ data }) => (pongs += String(data).includes('"pong"') ? 1 : 0))
    }
  }
  const client = new Client(house.url, { WebSocket: Heard })
  const sure: boolean[] = []
  const connection = new NoticeConnection(client, (notice) => {
    if (notice === null) sure.push(client.session.user !== null)
  })
  onTestFinished(() => connection.close())
  await expect.poll(() => pongs).toBeGreaterThan(1)
  expect(sure).toEqual([])
  const { email } = (await house.person('ana')).session.user!
  await client.signIn(email, 'password of ana')
  await expect.poll(() => sure).toEqual([true])
})
