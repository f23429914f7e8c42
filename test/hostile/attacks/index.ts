import type { Attack } from '../kit/attack.ts'
import { crowd } from './crowd.ts'
import * as crowds from './crowds.ts'
import * as floods from './floods.ts'
import * as frames from './frames.ts'
import * as reading from './reading.ts'
import { roomFlood } from './room.ts'
import * as slow from './slow.ts'
import * as targets from './targets.ts'

/** Every attack by its name. */
export const attacks = {
  crowd,
  roomFlood,
  ...crowds,
  ...floods,
  ...frames,
  ...reading,
  ...slow,
  ...targets,
} satisfies Record<string, Attack>

export type AttackName = keyof typeof attacks
