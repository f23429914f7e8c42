import { nextWords } from './next-words.ts'

/** What whoever won does now. */
export function AfterWin() {
  return <p class="small">{nextWords.value.whatNext}</p>
}
