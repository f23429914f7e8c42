import { signal } from '@preact/signals'
import { client } from '../shared/full-client.ts'

type State = 'unknown' | 'impossible' | 'denied' | 'off' | 'on'

const state = signal<State>('unknown')
const WORKER = '/push-worker.js'

function isPossible(): boolean {
  return 'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis
}

async function look(): Promise<void> {
  if (!isPossible()) return void (state.value = 'impossible')
  if (Notification.permission === 'denied') return void (state.value = 'denied')
  const registration = await navigator.serviceWorker.getRegistration(WORKER)
  const subscription = await registration?.pushManager.getSubscription()
  state.value = subscription ? 'on' : 'off'
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(text, (char) => char.charCodeAt(0))
}

async function begin(): Promise<void> {
  if ((await Notification.requestPermission()) !== 'granted') return look()
  const { key } = await client.ask<{ key: string }>('/v1/me/push')
  await navigator.serviceWorker.register(WORKER)
  const { pushManager } = await navigator.serviceWorker.ready
  const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) })
  await client.ask('/v1/me/push', { body: subscription.toJSON() })
  await look()
}

async function stop(): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration(WORKER)
  const subscription = await registration?.pushManager.getSubscription()
  if (subscription) {
    await client.ask('/v1/me/push', { method: 'DELETE', body: { endpoint: subscription.endpoint } })
    await subscription.unsubscribe()
  }
  await look()
}

/** Push messages to this browser. */
export const pushHere = { state, look, begin, stop }
