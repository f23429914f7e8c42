/** Says what went wrong in one line, and lets the command end with 1. */
export function fail(message: string): void {
  console.error(`martillo: ${message}`)
  process.exitCode = 1
}
