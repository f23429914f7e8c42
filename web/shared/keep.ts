const YEAR_SECONDS = 365 * 24 * 3_600

/** What the reader chose, in a cookie: the service writes the page in that language and scheme from the first byte on. */
export function keep(name: 'language' | 'scheme', value: string): void {
  document.cookie = `martillo_${name}=${value}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`
}
