/** Thirty days, as the service keeps a session that is not used. */
export const SESSION_SECONDS = 30 * 24 * 3_600

/** A Set-Cookie line, taken apart. */
export function cookieShape(line: string): { value: string; attributes: Record<string, string> } {
  const [value, ...rest] = line.split('; ') as [string, ...string[]]
  const attributes = rest.map((part) => part.split('=') as [string, string?])
  return { value, attributes: Object.fromEntries(attributes.map(([name, text = '']) => [name.toLowerCase(), text])) }
}
