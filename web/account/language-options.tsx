import { languageCodes, languages } from '../../src/languages/list.ts'

/** For a list of the languages, each named in itself. */
export function LanguageOptions() {
  return languageCodes.map((code) => (
    <option key={code} value={code} lang={code}>
      {languages[code].name}
    </option>
  ))
}
