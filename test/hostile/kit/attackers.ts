import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { AttackName } from '../attacks/index.ts'
import type { Fates, Target } from './attack.ts'

const program = fileURLToPath(new URL('attacker.ts', import.meta.url))

export type Attackers = {
  /** What has become of them so far. */
  fates(): Promise<Fates>
  /** Holds them where they are, and lets them go on. */
  hold(): void
  release(): void
  end(): Promise<void>
}

/** Attackers in a process of their own, once the attack is under way. Whoever starts them ends them. */
export async function startAttack(attack: AttackName, target: Target): Promise<Attackers> {
  const child = fork(program, [], { execArgv: [] })
  const exited = once(child, 'exit')
  const end = async () => {
    child.kill('SIGKILL')
    await exited
  }
  const told = () => Promise.race([once(child, 'message'), exited.then(() => Promise.reject(new Error('gone')))])
  try {
    child.send({ attack, target })
    await told()
  } catch (error) {
    await end()
    throw error
  }
  const fates = async () => {
    child.send('how')
    const [answer] = (await told()) as [{ fates: Fates }]
    return answer.fates
  }
  return { fates, end, hold: () => void child.kill('SIGSTOP'), release: () => void child.kill('SIGCONT') }
}
