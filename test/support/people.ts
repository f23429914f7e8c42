import { randomUUID } from 'node:crypto'
import { Client } from '../../src/sdk/index.ts'

/** The least that argon2 takes: what a password costs in earnest is tested in test/engine/passwords.test.ts. */
export const CHEAP_PASSWORDS = { memory: 8, passes: 1, parallelism: 1 }

export const ADMIN = { email: 'admin@house.example', password: 'the admin of the house' }

/** Somebody new who is signed in. */
export async function signedUp(url: string, displayName = 'somebody'): Promise<Client> {
  const account = { email: `${randomUUID()}@house.example`, password: `password of ${displayName}`, displayName }
  const client = new Client(url)
  await client.signUp(account)
  await client.signIn(account.email, account.password)
  return client
}
