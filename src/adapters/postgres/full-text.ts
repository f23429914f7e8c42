import { searchTerms, searchWords } from '../search-text.ts'

/** A position beyond it is taken for it, and there are no more than so many of one word. */
const POSITION_MAX = 16_383
/** Bytes of a word; longer ones are found by their beginning. */
const WORD_BYTES_MAX = 2_046

/** The words of an auction with their positions, as PostgreSQL reads a tsvector. Words are letters and digits, and need no escapes. */
export function textVector(...texts: readonly string[]): string {
  const words = texts.flatMap(searchWords)
  return words.map((word, i) => `'${cut(word)}':${Math.min(i + 1, POSITION_MAX)}`).join(' ')
}

/** What is asked of the words, as PostgreSQL reads a tsquery; null where nothing is. */
export function textQuery(q: string): string | null {
  const asked = searchTerms(q).map(({ words, isBeginning }) =>
    isBeginning ? `'${cut(words[0]!)}':*` : words.map((word) => `'${cut(word)}'`).join(' <-> '),
  )
  return asked.length === 0 ? null : asked.map((term) => `(${term})`).join(' & ')
}

function cut(word: string): string {
  let text = word
  while (Buffer.byteLength(text) > WORD_BYTES_MAX) text = text.slice(0, -1)
  return text
}
