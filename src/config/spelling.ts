/** Names close to one of ours that other programs read. Kubernetes gives MARTILLO_PORT to all beside a service of our name. */
const OF_OTHERS: ReadonlySet<string> = new Set(['DATABASE_URI', 'DATADIR', 'LOGLEVEL', 'MARTILLO_PORT', 'REDIS_URI'])

/** As many programs name their settings. */
const PREFIX = 'MARTILLO_'

/** Other words for one of ours. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ['ADMIN_PASS', 'ADMIN_PASSWORD'],
  ['DATA_DIRECTORY', 'DATA_DIR'],
  ['DATA_FOLDER', 'DATA_DIR'],
  ['REGISTER', 'REGISTRATION'],
  ['TRUST_PROXIES', 'TRUST_PROXY'],
])

/** Shorter names are ordinary words, and so are their neighbours, such as PORTS. */
const LENGTH_MIN = 8
/** From this length on two slips are a slip still. */
const LENGTH_OF_TWO = 10

/** Of the environment's names those that are a slip away from one of ours, each with the right one. */
export function misspelt(names: readonly string[], known: readonly string[]): readonly (readonly [string, string])[] {
  const found: (readonly [string, string])[] = []
  for (const name of names) {
    if (known.includes(name) || OF_OTHERS.has(name)) continue
    const asked = name.toUpperCase()
    const meant =
      known.find((one) => asked === PREFIX + one) ?? OTHER_WORDS.get(asked) ?? known.find((one) => isSlipOf(asked, one))
    if (meant !== undefined) found.push([name, meant])
  }
  return found
}

function isSlipOf(name: string, known: string): boolean {
  if (known.length < LENGTH_MIN) return false
  const most = known.length < LENGTH_OF_TWO ? 1 : 2
  return Math.abs(name.length - known.length) <= most && distance(name, known) <= most
}

/** Characters to add, leave out, exchange or swap with their neighbour (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2]! + 1 : Infinity
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + same, swapped))
    }
    before = row
    row = next
  }
  return row[b.length]!
}
