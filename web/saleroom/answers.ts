import type { AnswerView } from '../../src/sdk/index.ts'
import { dictionary } from '../shared/language.ts'
import { eitherWay } from './falling.ts'
import type { Texts } from './answer-words.en.ts'

/** What a bid's answer needs: loaded with the first bid, for whoever only watches needs none of it. */
export { explain } from '../shared/refusals.ts'
export { keepReceipt } from '../shared/receipts.ts'

const rising = dictionary<Texts>((language) => import(`./answer-words.${language}.ts`))
const answerWords = eitherWay(rising, 'answer')

export function takenText(outcome: AnswerView['outcome'], price: string, maximum: string): string | undefined {
  const { outbidAtOnce, raisedNow, wonNow } = answerWords.value
  if (outcome === 'won') return wonNow(price)
  if (outcome === 'outbid') return outbidAtOnce(price)
  return outcome === 'raised' ? raisedNow(maximum) : undefined
}
