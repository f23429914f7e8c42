/** What is to be closed once the tests of a file are through. Apart from the set-up, which is run anew for each file. */
const steps: (() => void | Promise<void>)[] = []

export function afterFile(step: () => void | Promise<void>): void {
  steps.push(step)
}

/** The last first, as what was opened later may need what was there before. */
export async function closeFile(): Promise<void> {
  for (const step of steps.splice(0).toReversed()) await step()
}
