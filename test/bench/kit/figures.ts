/** The middle of several rounds. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Runs every one of several, one after the other, so many times: A B C A B C … Gives what each measured, round by round. */
export async function interleaved<Name extends string, Figures>(
  rounds: number,
  contenders: Readonly<Record<Name, () => Promise<Figures>>>,
): Promise<Record<Name, Figures[]>> {
  const names = Object.keys(contenders) as Name[]
  const measured = Object.fromEntries(names.map((name) => [name, [] as Figures[]])) as Record<Name, Figures[]>
  for (let round = 0; round < rounds; round += 1)
    for (const name of names) measured[name].push(await contenders[name]())
  return measured
}

/** The median of the ratios of rounds that ran side by side. */
export function ratio<Figures>(a: readonly Figures[], b: readonly Figures[], of: (figures: Figures) => number): number {
  return median(a.map((figures, round) => of(figures) / of(b[round]!)))
}

/** To hundredths, as tables show it. */
export function round(value: number): number {
  return Math.round(value * 100) / 100
}
