/** How far the kit goes: in short with every `npm test`, in long by `npm run test:crash`. */
export const isLong = process.env['CRASH_FORM'] === 'long'

export const isRoot = process.getuid?.() === 0

/** A number of rounds for the form at hand. */
export function rounds(short: number, long: number): number {
  return isLong ? long : short
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
