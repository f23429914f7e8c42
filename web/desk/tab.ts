import { signal } from '@preact/signals'

export type Tab = 'auctions' | 'create' | 'users'

export const tab = signal<Tab>('auctions')
