import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { AttackName } from '../attacks/index.ts'
import type { Fates, Target } from './attack.ts'

const program = fileURLToPath(new URL('attacker.ts', import.meta.url))

export type Attackers = {
  /** They come from 127.`network`.0.0/16, and nobody else does. */
  readonly network: number
  /** Attacks; resolves when all of it is under way. */
  begin(): Promise<void>
  /** What has become of them so far. */
  fates(): Promise<Fates>
  end(): Promise<void>
}

/** Attackers in a process of their own, who wait for the word. Whoever calls them ends them. */
export async function callAttackers(attack: AttackName, target: Target): Promise<Attackers> {
  const child = fork(program, [], { execArgv: [] })
  const exited = once(child, 'exit')
  const gone = exited.then(() => Promise.reject(new Error('gone')))
  gone.catch(() => {})
  type Said = 'here' | 'under way' | { readonly fates: Fates }
  // Who asks how it goes may be told in between that it is under way.
  const told = <Wanted extends Said>(isWanted: (said: Said) => said is Wanted): Promise<Wanted> => {
    const saying = new Promise<Wanted>((resolve) =>
      child.on('message', (said: Said) => isWanted(said) && resolve(said)),
    )
    return Promise.race([saying, gone])
  }
  const end = async () => {
    child.kill('SIGKILL')
    await exited
  }
  const begin = async () => {
    child.send({ attack, target })
    await told((said) => said === 'under way')
  }
  const fates = async () => {
    child.send('how')
    return (await told((said) => typeof said === 'object')).fates
  }
  try {
    await told((said) => said === 'here')
  } catch (error) {
    await end()
    throw error
  }
  return { network: target.network, begin, fates, end }
}
