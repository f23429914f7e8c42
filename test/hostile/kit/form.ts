/** How far the attacks go: in short with every `npm test`, in long by `npm run test:hostile`. */
export const isLong = process.env['HOSTILE_FORM'] === 'long'

/** A number for the form at hand. */
export function count(short: number, long: number): number {
  return isLong ? long : short
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
