import type { Bus, BusMessage } from '../engine/ports.ts'

/** The bus of a house with one process: everyone hears at once. */
export class LocalBus implements Bus {
  readonly #listeners = new Set<(message: BusMessage) => void>()

  publish(message: BusMessage): void {
    for (const listener of this.#listeners) listener(message)
  }

  /** There is no other node. */
  tell(): void {}

  /** There is nobody to miss anything of. */
  onGap(): () => void {
    return () => {}
  }

  subscribe(listener: (message: BusMessage) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
