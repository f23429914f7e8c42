import { searchTerms, searchWords } from '../search-text.ts'

/** The words of a text, separated by spaces, for FTS5's `ascii` tokenizer. */
export function searchText(text: string): string {
  return searchWords(text).join(' ')
}

/** The FTS5 query of a search. Words are letters and digits, so no FTS5 syntax comes from outside. */
export function searchQuery(q: string): string {
  const asked = searchTerms(q).map(({ words, isBeginning }) => `"${words.join(' ')}"${isBeginning ? '*' : ''}`)
  return asked.length === 0 ? '""' : asked.join(' ')
}
