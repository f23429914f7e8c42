import { randomUUID } from 'node:crypto'
import { Client } from '../../src/sdk/index.ts'

/** The least that argon2 takes: what a password costs in earnest is tested in test/engine/passwords.test.ts. */
export const CHEAP_PASSWORDS = { memory: 8, passes: 1, parallelism: 1 }

export const ADMIN = { email: 'admin@house.example', password: 'the admin of the house' }

/** Somebody new who is signed in. `terms`: of those that are accepted, where the house has some. */
export async function signedUp(
  url: string,
  displayName = 'somebody',
  accepted: { terms?: string } = {},
): Promise<Client> {
  const email = `${randomUUID()}@house.example`
  const account = { email, password: `password of ${displayName}`, displayName, ...accepted }
  const client = new Client(url)
  await client.signUp(account)
  await client.signIn(account.email, account.password)
  return client
}
