const shapes = {
  leading: 'M4 10.5 8.2 15 16 5.5',
  won: 'M4 10.5 8.2 15 16 5.5',
  outbid: 'M10 15.5v-11M5 9.3 10 4.5l5 4.8',
  lost: 'M5 10h10',
  none: 'M10 6.2a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 0 0 0-7.6',
  sending: 'M3.5 10h13M11.5 5l5 5-5 5',
  alert: 'M10 4v7.5M10 15.6v.1',
  paused: 'M7 5v10M13 5v10',
  more: 'M4.5 10h.1M10 10h.1M15.5 10h.1',
  less: 'M4.5 7.5 10 13l5.5-5.5',
  close: 'M5 5l10 10M15 5 5 15',
  talk: 'M3.5 5h13v8.5H9l-3.5 3v-3h-2z',
  sound: 'M4 8v4h2.6L10.5 15V5L6.6 8H4M13.4 7.4a4 4 0 0 1 0 5.2M15.6 5.2a7 7 0 0 1 0 9.6',
  silent: 'M4 8v4h2.6L10.5 15V5L6.6 8H4M13.5 8l4 4M17.5 8l-4 4',
} as const

export type Shape = keyof typeof shapes

/** Says in a shape what stands beside it in words. */
export function Icon({ of }: { of: Shape }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={shapes[of]} />
    </svg>
  )
}

/** The hammer. */
export function Mark() {
  return (
    <svg viewBox="4 4 24 24" aria-hidden="true">
      <path d="m12.2 7.4 8.4 8.4M16.4 6.2l5.4 5.4M10.9 11.7l5.4 5.4M15 13l-8 8M14 25.4h11" />
    </svg>
  )
}
