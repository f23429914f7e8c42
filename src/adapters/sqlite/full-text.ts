import { searchTerms, searchWords } from '../search-text.ts'

/** The words of a text with a space between, for FTS5's `ascii` tokenizer. */
export function searchText(text: string): string {
  return searchWords(text).join(' ')
}

/** What FTS5 is asked, with nothing of its own syntax from outside: words are letters and digits. */
export function searchQuery(q: string): string {
  const asked = searchTerms(q).map(({ words, isBeginning }) => `"${words.join(' ')}"${isBeginning ? '*' : ''}`)
  return asked.length === 0 ? '""' : asked.join(' ')
}
