import { signal } from '@preact/signals'
import type { DeliveryList, DeliveryView, WebhookView } from '../../src/sdk/index.ts'
import { client } from '../shared/full-client.ts'
import { user } from '../shared/session.ts'

/** What goes out: one's own webhooks, and, to admins, every delivery of the house. */

export type State = DeliveryView['state'] | ''

export const webhooks = signal<readonly WebhookView[] | null>(null)
/** The webhook whose deliveries are shown; null for those of the house. */
export const looked = signal<WebhookView | null>(null)
/** The secret of the webhook that was just added, which nobody sees again. */
export const secret = signal<string | null>(null)
export const state = signal<State>('')
export const deliveries = signal<readonly DeliveryView[] | null>(null)
export const counts = signal<DeliveryList['counts']>([])
export const failure = signal<unknown>(null)

const LOOK_MS = 5_000
const SHOWN_MAX = 50

async function load(): Promise<void> {
  webhooks.value = (await client.webhooks()).items
  const of = looked.peek()
  if (of !== null) deliveries.value = (await client.webhookDeliveries(of.id)).items
  else if (user.peek()?.role === 'admin') {
    const list = await client.deliveries({ limit: SHOWN_MAX, ...(state.peek() === '' ? {} : { state: state.peek() }) })
    deliveries.value = list.items
    counts.value = list.counts
  }
}

/** Does something, and shows how things stand then, or why it could not be done. */
export async function act(work: () => Promise<unknown> = async () => undefined): Promise<void> {
  try {
    await work()
    await load()
    failure.value = null
  } catch (error) {
    failure.value = error
  }
}

/** Looks again and again while the page is open. */
export function keepLooking(): () => void {
  void act()
  const timer = setInterval(() => void act(), LOOK_MS)
  return () => clearInterval(timer)
}

export function choose(chosen: State): void {
  state.value = chosen
  void act()
}

export function look(webhook: WebhookView | null): void {
  looked.value = webhook
  deliveries.value = null
  void act()
}

export function add(url: string, events: readonly string[]): Promise<void> {
  return act(async () => {
    secret.value = (await client.addWebhook({ url, events })).secret
  })
}

export function remove(webhook: WebhookView): Promise<void> {
  if (looked.peek()?.id === webhook.id) looked.value = null
  return act(() => client.removeWebhook(webhook.id))
}

export function again({ number, id }: DeliveryView): Promise<void> {
  const of = looked.peek()
  return act(() => (of === null ? client.redeliver(number) : client.redeliverOf(of.id, id)))
}
