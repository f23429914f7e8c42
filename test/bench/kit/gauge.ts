import { once } from 'node:events'
import { type Socket, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** How long turns of the event loop took in which anything was done. */
export type Turns = { readonly turnsMs: readonly number[] }
/** After a garbage collection: what is alive of the heap and outside of it, and what the process occupies. */
export type Memory = { readonly liveBytes: number; readonly residentBytes: number }

/** Looks into a Node process from outside: see `gauge.main.ts`. */
export class Gauge {
  readonly #path = join(tmpdir(), `martillo-gauge-${process.pid}-${(gauges += 1)}`)
  #socket: Socket | null = null

  /** The environment in which the process is to start. */
  get env(): Record<string, string> {
    return { GAUGE: this.#path, NODE_OPTIONS: `--expose-gc --import ${new URL('gauge.main.ts', import.meta.url).href}` }
  }

  async memory(): Promise<Memory> {
    return (await this.#ask('memory')) as Memory
  }

  /** How long turns took while something went on, ms. */
  async turnsOf(happening: () => Promise<unknown>): Promise<readonly number[]> {
    await this.#ask('count')
    await happening()
    return ((await this.#ask('turns')) as Turns).turnsMs
  }

  close(): void {
    this.#socket?.destroy()
  }

  async #ask(what: 'count' | 'turns' | 'memory'): Promise<unknown> {
    if (this.#socket === null) {
      this.#socket = connect(this.#path)
      await once(this.#socket, 'connect')
    }
    this.#socket.write(what)
    let text = ''
    while (!text.endsWith('}')) text += ((await once(this.#socket, 'data')) as [Buffer])[0].toString()
    return JSON.parse(text)
  }
}

let gauges = 0
