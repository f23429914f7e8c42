import { toWire } from '../domain/instant.ts'
import type { RoomSettings, RoomMessageView } from '../domain/room.ts'
import type { SaidMessage } from '../engine/ports.ts'
import { encode } from './frame.ts'

/** Frames that leave together: one after the other, or, where nothing has to be added to each, in one piece. */
export class RoomFrames {
  readonly each: readonly Buffer[]
  #whole: Buffer | null = null

  constructor(each: readonly Buffer[]) {
    this.each = each
  }

  get whole(): Buffer {
    this.#whole ??= this.each.length === 1 ? this.each[0]! : Buffer.concat(this.each)
    return this.#whole
  }
}

export function messageView({ id, from, to, text, at }: SaidMessage, key: string | null = null): RoomMessageView {
  return { id, from, to, text, at: toWire(at), ...(key === null ? {} : { key }) }
}

export function messageFrame(message: SaidMessage, key: string | null = null): Buffer {
  return encode({ type: 'message', ...messageView(message, key) })
}

export function roomFrame(room: RoomSettings, messages: readonly SaidMessage[]): RoomFrames {
  return new RoomFrames([encode({ type: 'room', room, messages: messages.map((one) => messageView(one)) })])
}
