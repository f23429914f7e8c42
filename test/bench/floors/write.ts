import { createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'

/** The floor of an event: sockets, and a loop that writes the same bytes to each. Told by its parent how many and how often. */
const sockets = new Set<Socket>()
const server = createServer((socket) => {
  sockets.add(socket)
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('close', () => sockets.delete(socket))
}).listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port))

process.on('message', (bytes: number) => {
  const frame = Buffer.alloc(bytes, 'x')
  for (const socket of sockets) socket.write(frame)
})
process.once('disconnect', () => process.exit(0))
