import { once } from 'node:events'
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net'

export type Direction = 'toServer' | 'toClient'

/** The way from a node to a server of the house, which can be cut, or let nothing through for a while. */
export class Edge {
  readonly #listener: Server
  readonly #sockets: Record<Direction, Set<Socket>> = { toServer: new Set(), toClient: new Set() }
  readonly #held = new Set<Direction>()
  #target: number
  #isCut = false

  static async open(target: number): Promise<Edge> {
    const edge = new Edge(target)
    edge.#listener.listen(0, '127.0.0.1')
    await once(edge.#listener, 'listening')
    return edge
  }

  private constructor(target: number) {
    this.#target = target
    this.#listener = createServer((client) => this.#join(client))
  }

  get port(): number {
    return (this.#listener.address() as AddressInfo).port
  }

  /** Where connections go from now on. */
  leadTo(target: number): void {
    this.#target = target
  }

  /** Ends all connections, and takes no new ones. */
  cut(): void {
    this.#isCut = true
    for (const sockets of Object.values(this.#sockets)) for (const socket of sockets) socket.destroy()
  }

  /** Connections stay open, and nothing comes through in these directions. */
  hold(...directions: Direction[]): void {
    for (const direction of directions) {
      this.#held.add(direction)
      for (const socket of this.#sockets[direction]) socket.pause()
    }
  }

  /** What was held comes through late. */
  heal(): void {
    this.#isCut = false
    this.#held.clear()
    for (const sockets of Object.values(this.#sockets)) for (const socket of sockets) socket.resume()
  }

  close(): void {
    this.cut()
    this.#listener.close()
  }

  #join(client: Socket): void {
    if (this.#isCut) return void client.destroy()
    const server = connect(this.#target, '127.0.0.1')
    this.#carry('toServer', client, server)
    this.#carry('toClient', server, client)
  }

  #carry(direction: Direction, from: Socket, to: Socket): void {
    this.#sockets[direction].add(from)
    from.setNoDelay(true)
    from.on('data', (bytes) => to.write(bytes))
    from.on('error', () => {})
    from.on('close', () => {
      this.#sockets[direction].delete(from)
      to.destroy()
    })
    if (this.#held.has(direction)) from.pause()
  }
}
