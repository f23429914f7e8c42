const shapes = {
  leading: 'M4 10.5 8.2 15 16 5.5',
  outbid: 'M10 15V5m-4.5 4.5L10 5l4.5 4.5',
  won: 'M4 10.5 8.2 15 16 5.5',
  lost: 'M5 10h10',
  none: 'M10 6.2a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 0 0 0-7.6',
} as const

/** Says in a shape what stands beside it in words. */
export function StandingIcon({ of }: { of: keyof typeof shapes }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={shapes[of]} />
    </svg>
  )
}
