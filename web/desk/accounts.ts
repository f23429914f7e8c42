import { signal } from '@preact/signals'
import type { UserView } from '../../src/sdk/index.ts'
import { client } from '../shared/full-client.ts'

export const ROLES = ['bidder', 'seller', 'admin'] as const

export const people = signal<readonly UserView[] | null>(null)
export const nextCursor = signal<string | null>(null)
export const failure = signal<unknown>(null)

let reading = 0

/** Reads the first page, or the next one; an answer to an older question is dropped. */
export async function read(q: string, more = false): Promise<void> {
  reading += 1
  const mine = reading
  const cursor = more ? nextCursor.peek() : null
  try {
    const page = await client.users({ q, ...(cursor === null ? {} : { cursor }) })
    if (mine !== reading) return
    people.value = [...(more ? (people.peek() ?? []) : []), ...page.items]
    nextCursor.value = page.nextCursor
    failure.value = null
  } catch (error) {
    if (mine === reading) failure.value = error
  }
}

/** It takes effect at once, on open pages too. Throws as the client does. */
export async function change(id: string, changes: { role?: UserView['role']; blocked?: boolean }): Promise<void> {
  const changed = await client.patchUser(id, changes)
  people.value = people.peek()?.map((one) => (one.id === id ? changed : one)) ?? null
}
