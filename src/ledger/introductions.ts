import { GENESIS } from './chain.ts'
import type { LedgerHeader } from './file.ts'
import { type PublicJwk, readJws } from './jws.ts'
import { type KeyStatement, keyStatement } from './statements.ts'
import { Wrong } from './wrong.ts'

type Believed = {
  /** Those of the file that are believed: they alone sign what is in it. */
  readonly keys: readonly PublicJwk[]
  /** With those the house is known by besides: what it showed at other times may be signed by a later key. */
  readonly everywhere: readonly PublicJwk[]
  readonly statements: readonly KeyStatement[]
  readonly notes: readonly string[]
}

/**
 * The keys that may sign: each introduced by one that was believed already. The first is believed where no key was given,
 * or where it is one of them; one that introduces itself later, alike.
 */
export function believed({ keys: listed, introductions }: LedgerHeader, known: readonly PublicJwk[] | null): Believed {
  const notes: string[] = []
  const statements: KeyStatement[] = []
  const keys: PublicJwk[] = []
  for (const [i, jws] of introductions.entries()) {
    const next = listed[i]
    if (next === undefined) throw new Wrong(1, 'introduces more keys than it lists')
    const read = readJws(jws, 'key', listed.slice(0, i + 1))
    const said = keyStatement.safeParse(read?.payload)
    if (read === null || !said.success || !isSame(said.data.key, next))
      throw new Wrong(1, `key ${next.kid} is not introduced by its statement`)
    const byItself = read.kid === next.kid
    const why = wrongPlace(said.data, { byItself, isFirst: i === 0 })
    if (why !== null) throw new Wrong(1, `key ${next.kid} ${why}`)
    if (listed.findIndex(({ kid }) => kid === next.kid) < i) throw new Wrong(1, `key ${next.kid} is listed twice`)
    const isKnown = known?.some((one) => isSame(one, next)) ?? true
    const isBelieved = byItself ? isKnown : keys.some(({ kid }) => kid === read.kid)
    if (isBelieved) keys.push(next)
    // A history of keys that does not begin with the house, or comes to its keys by way of a stranger's, is not its own.
    else if (i === 0 || (known !== null && isKnown))
      throw new Wrong(1, `key ${next.kid} is introduced by none that is believed`)
    notes.push(...notesOn(next, said.data, isBelieved))
    statements.push(said.data)
  }
  if (listed.length !== introductions.length) throw new Wrong(1, 'lists a key that nothing introduces')
  const others = (known ?? []).filter((one) => !listed.some((next) => next.kid === one.kid))
  return { keys, everywhere: [...keys, ...others], statements, notes }
}

function isSame(one: PublicJwk, other: PublicJwk): boolean {
  return one.kid === other.kid && one.x === other.x
}

function notesOn({ kid }: PublicJwk, { reason }: KeyStatement, isBelieved: boolean): string[] {
  if (!isBelieved) return [`key ${kid} is introduced by none that is believed: what it signs proves nothing`]
  return reason === 'lost' ? [`key ${kid} was introduced by itself: the key before it was lost`] : []
}

/** The log begins with the first key, which has none before it; each later one is signed by another, or that one was lost. */
function wrongPlace(
  { reason, previous }: KeyStatement,
  { byItself, isFirst }: { byItself: boolean; isFirst: boolean },
): string | null {
  if (isFirst !== (reason === 'first')) return `is introduced as ${reason}`
  if (isFirst !== (previous === GENESIS)) return 'names another statement before it than it can have'
  return byItself === (reason !== 'rotated') ? null : `is introduced as ${reason} by another key than it can be`
}
