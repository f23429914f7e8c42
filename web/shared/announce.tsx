import { signal } from '@preact/signals'

/** For screen readers: one polite status, in which what comes close together is merged, and one for what cannot wait. */
const polite = signal('')
const urgent = signal('')

const MERGED_MS = 3_000
const waiting = new Map<string, string>()
let timer: ReturnType<typeof setTimeout> | undefined

/** Says it within a few seconds; of one topic only the latest. */
export function mention(topic: string, text: string): void {
  waiting.set(topic, text)
  timer ??= setTimeout(() => {
    polite.value = [...waiting.values()].join(' ')
    waiting.clear()
    timer = undefined
  }, MERGED_MS)
}

/** What waits of a topic is not true any more. */
export function withdraw(...topics: readonly string[]): void {
  for (const topic of topics) waiting.delete(topic)
}

/** Says it now: outbid, the result, a lost connection. */
export function interrupt(text: string): void {
  urgent.value = text
}

export function Announcements() {
  return (
    <div class="unseen">
      <output aria-live="polite" aria-atomic="true">
        {polite}
      </output>
      <p role="alert" aria-live="assertive" aria-atomic="true">
        {urgent}
      </p>
    </div>
  )
}
