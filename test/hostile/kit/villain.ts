import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { json } from 'node:stream/consumers'
import { addressOf } from './attack.ts'

/** The token of somebody new who means no good, signed up from an address of their own. */
export async function villain(url: string, network: number, i: number): Promise<string> {
  const account = { email: `${randomUUID()}@elsewhere.example`, password: 'a password of no good' }
  const from = addressOf(network, i)
  await post(`${url}/v1/users`, from, { ...account, displayName: 'Mallory' })
  const { accessToken } = (await post(`${url}/v1/sessions`, from, account)) as { accessToken: string }
  return accessToken
}

async function post(url: string, localAddress: string, body: object): Promise<unknown> {
  // No agent: the connection must not stay, or it would be counted with the attackers'.
  const headers = { 'content-type': 'application/json' }
  const asked = request(url, { method: 'POST', agent: false, localAddress, headers })
  asked.end(JSON.stringify(body))
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  const answered = await json(answer)
  if (answer.statusCode !== 201) throw new Error(`${url} answered ${answer.statusCode}`)
  return answered
}
