import { attacks, type AttackName } from '../attacks/index.ts'
import { constants, setPriority } from 'node:os'
import type { Target } from './attack.ts'

/**
 * A process of its own that attacks as it is told, says how it goes when asked, and ends by itself. Of low priority: it
 * stands for machines elsewhere, which take no processor from those who bid and from who measures.
 */
const LIFE_MS_MAX = 900_000

setTimeout(() => process.exit(1), LIFE_MS_MAX)
process.on('disconnect', () => process.exit(0))

let fates = () => ({})
process.on('message', (message: { attack: AttackName; target: Target } | 'how') => {
  if (message === 'how') process.send!({ fates: fates() })
  else {
    if (message.attack !== 'crowd') setPriority(constants.priority.PRIORITY_LOW)
    void attacks[message.attack](message.target).then((began) => {
      fates = began
      process.send!('under way')
    })
  }
})
process.send!('here')
