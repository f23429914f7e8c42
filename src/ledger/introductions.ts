import { GENESIS } from './chain.ts'
import type { LedgerHeader } from './file.ts'
import { type PublicJwk, readJws } from './jws.ts'
import { type KeyStatement, keyStatement } from './statements.ts'
import { Wrong } from './wrong.ts'

type Believed = {
  readonly keys: readonly PublicJwk[]
  readonly statements: readonly KeyStatement[]
  readonly notes: readonly string[]
}

/** The keys that may sign: each introduced by one that was believed already, or the first one, or one that is known. */
export function believed({ keys: listed, introductions }: LedgerHeader, known: readonly PublicJwk[] | null): Believed {
  const notes: string[] = []
  const statements: KeyStatement[] = []
  const keys: PublicJwk[] = [...(known ?? [])]
  for (const [i, jws] of introductions.entries()) {
    const next = listed[i]
    if (next === undefined) throw new Wrong(1, 'introduces more keys than it lists')
    const read = readJws(jws, 'key', [...keys, next])
    const said = keyStatement.safeParse(read?.payload)
    if (read === null || !said.success || said.data.key.kid !== next.kid)
      throw new Wrong(1, `key ${next.kid} is not introduced by its statement`)
    const why = wrongPlace(said.data, { byItself: read.kid === next.kid, isFirst: i === 0 })
    if (why !== null) throw new Wrong(1, `key ${next.kid} ${why}`)
    if (listed.findIndex(({ kid }) => kid === next.kid) < i) throw new Wrong(1, `key ${next.kid} is listed twice`)
    if (said.data.reason === 'lost') notes.push(`key ${next.kid} was introduced by itself: the key before it was lost`)
    const isKnown = keys.some(({ kid }) => kid === next.kid)
    if (known === null || (read.kid !== next.kid && !isKnown)) keys.push(next)
    statements.push(said.data)
  }
  if (listed.length !== introductions.length) throw new Wrong(1, 'lists a key that nothing introduces')
  return { keys, statements, notes }
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
