import { signal } from '@preact/signals'

const KEPT = 'martillo.catalogue'

export const LAYOUTS = ['cards', 'compact'] as const
export type Layout = (typeof LAYOUTS)[number]

/** How lots are laid out, as the reader chose on this device. */
export const layout = signal<Layout>(localStorage.getItem(KEPT) === 'compact' ? 'compact' : 'cards')

export function layOut(chosen: Layout): void {
  localStorage.setItem(KEPT, chosen)
  layout.value = chosen
}
