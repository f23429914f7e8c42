import { searchTerms, searchWords } from '../search-text.ts'

/** The highest position in a tsvector; higher ones count as this one. */
const POSITION_MAX = 16_383
/** The most bytes of a word in a tsvector; longer words are cut, and found by their beginning. */
const WORD_BYTES_MAX = 2_046

/** Returns the words of texts with their positions, as the text form of a tsvector. Words are letters and digits, so nothing is escaped. */
export function textVector(...texts: readonly string[]): string {
  const words = texts.flatMap(searchWords)
  return words.map((word, i) => `'${cut(word)}':${Math.min(i + 1, POSITION_MAX)}`).join(' ')
}

/** Returns a search as the text form of a tsquery; null if it has no words. */
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
