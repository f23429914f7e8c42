/** Text as it is looked for: the index and what is asked of it hold the same folded words. */

/** Marks of scripts that are read without them, too; those of kana (U+3099, U+309A) make other letters. */
const DIACRITICS = /(?!\u3099|\u309a)(?=[\p{sc=Zinh}\p{sc=Hebr}\p{sc=Arab}\p{sc=Cyrl}])\p{M}/gu
/** Spaces of no width, soft hyphens, joiners, selectors. The tatweel only makes Arabic words longer. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\u0640]/gu
/** Letters that are not made of another and a mark, as people without them type them. */
const PLAIN: Readonly<Record<string, string>> = {
  æ: 'ae',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ı: 'i',
  ł: 'l',
  ŋ: 'n',
  ø: 'o',
  œ: 'oe',
  ß: 'ss',
  ŧ: 't',
  þ: 'th',
  ς: 'σ',
}
const NOT_PLAIN = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'g')

/** Characters of one text that are indexed: some signs decompose to eighteen letters. */
const INDEXED_MAX = 40_000

/** Letters of scripts that put no spaces between words. */
const UNSPACED =
  '\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\\p{scx=Bopo}\\p{scx=Thai}\\p{scx=Laoo}\\p{scx=Khmr}\\p{scx=Mymr}'
const LETTER = '[\\p{L}\\p{N}\\p{M}]'
const RUN_OR_WORD = new RegExp(`((?:(?=${LETTER})[${UNSPACED}])+)|(?:(?![${UNSPACED}])${LETTER})+`, 'gu')

/** Words of a search that are looked for, and of letters without spaces as many: their beginning is looked for. */
const WORDS_MAX = 8
const RUN_MAX = 16
/** One letter begins far too many words; a sign of a script without spaces is often one. */
const WORD_MIN = 2

function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replace(DIACRITICS, '')
    .replace(UNSEEN, '')
    .toLowerCase()
    .replace(NOT_PLAIN, (letter) => PLAIN[letter]!)
    .normalize('NFC')
}

/** Each sign with the next, so that any part of a run is a row of words. The last one has none. */
function pairsOf(run: string): string[] {
  const signs = Array.from(run)
  return signs.map((sign, i) => sign + (signs[i + 1] ?? ''))
}

/** The words of a text, in their order. */
export function searchWords(text: string): string[] {
  const found = Array.from(folded(text).slice(0, INDEXED_MAX).matchAll(RUN_OR_WORD))
  return found.flatMap(([word, run]) => (run === undefined ? [word] : pairsOf(run)))
}

/** Words that follow each other, or one of which only the beginning is asked for. */
export type SearchTerm = { readonly words: readonly string[]; readonly isBeginning: boolean }

/** What is asked of the index, all of it to be found: the first words, each as a beginning, and parts of runs. */
export function searchTerms(q: string): SearchTerm[] {
  const asked: SearchTerm[] = []
  for (const [word, run] of folded(q).matchAll(RUN_OR_WORD)) {
    if (asked.length === WORDS_MAX) break
    const signs = Array.from(run ?? '').slice(0, RUN_MAX)
    if (signs.length > 1) asked.push({ words: pairsOf(signs.join('')).slice(0, -1), isBeginning: false })
    else if (signs.length === 1 || word.length >= WORD_MIN) asked.push({ words: [word], isBeginning: true })
  }
  return asked
}
