import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { deskWords } from './words.ts'

/** What was just done with an auction, said where one lands afterwards. */
export const notice = signal<{ readonly text: string; readonly auction: string } | null>(null)

export function Notice() {
  const node = useRef<HTMLParagraphElement>(null)
  const said = notice.value
  useEffect(() => node.current?.focus(), [said])
  useEffect(() => () => void (notice.value = null), [])
  if (said === null) return null
  return (
    <p class="notice saved" ref={node} tabIndex={-1} data-testid="notice">
      {said.text} <a href={`/auctions/${said.auction}`}>{deskWords.value.goesTo}</a>
    </p>
  )
}
