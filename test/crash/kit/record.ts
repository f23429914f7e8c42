import type { ChannelEvent } from '../../../src/protocol.ts'
import type { AnswerView, Client, Offer } from '../../../src/sdk/index.ts'

/** A bid that somebody tried. */
export type Try = { readonly auction: string; readonly bidder: Client; readonly key: string; readonly offer: Offer }
/** A bid with the answer that came for it. */
export type Told = Try & { readonly answer: AnswerView }
/** An event as it was pushed, and when it came here. */
export type Pushed = { readonly auction: string; readonly event: ChannelEvent; readonly heardAt: number }
/** An auction that closes by itself while the machine is ill, and the end it was created with. */
export type Brief = { readonly auction: string; readonly closesAt: string }

/** What the world was told, kept where no crash of the service reaches it. */
export class Record {
  readonly told: Told[] = []
  readonly untold = new Set<Try>()
  readonly pushed = new Map<string, Pushed>()
  readonly briefs: Brief[] = []

  /** Copies what is known now; what comes after is then taken back, as of an instant at which the power went. */
  mark(): () => void {
    const told = this.told.length
    const pushed = new Set(this.pushed.keys())
    return () => {
      for (const { answer: _, ...attempt } of this.told.splice(told)) this.untold.add(attempt)
      for (const name of this.pushed.keys()) if (!pushed.has(name)) this.pushed.delete(name)
    }
  }

  keep(pushed: Pushed): void {
    const name = `${pushed.auction} ${pushed.event.seq}`
    if (!this.pushed.has(name)) this.pushed.set(name, pushed)
  }
}
