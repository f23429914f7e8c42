import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { deskWords } from './words.ts'

/** What was just done with an auction, said where one lands afterwards. */
export const notice = signal<Said | null>(null)

type Landing = 'auctions' | 'new'
type Said = { readonly text: string; readonly auction: string; readonly at: Landing }

/** A place says what was meant for it, and takes it with it when it goes. */
export function Notice({ at }: { readonly at: Landing }) {
  const node = useRef<HTMLParagraphElement>(null)
  const said = notice.value?.at === at ? notice.value : null
  useEffect(() => node.current?.focus(), [said])
  useEffect(
    () => () => {
      if (notice.peek()?.at === at) notice.value = null
    },
    [at],
  )
  if (said === null) return null
  return (
    <p class="notice saved" ref={node} tabIndex={-1} data-testid="notice">
      {said.text} <a href={`/auctions/${said.auction}`}>{deskWords.value.goesTo}</a>
    </p>
  )
}
