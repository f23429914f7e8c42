import { createServer } from 'node:http'
import express from 'express'
import jwt from 'jsonwebtoken'
import { Server } from 'socket.io'
import { openPostgres } from './postgres.mjs'
import { openSqlite } from './sqlite.mjs'

/**
 * An auction as the tutorials of Express and Socket.IO build it: a room for each auction, a token at the handshake, a bid
 * that is a transaction, an acknowledgement, then an event to the room. Behind it the store that its argument names.
 */
const SECRET = 'the secret of the benchmark'
const store = await { sqlite: openSqlite, postgres: openPostgres }[process.argv[2]](process.env.DATA_DIR)
const app = express()
app.use(express.json())
const http = createServer(app)
const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false, pingInterval: 10_000 })

io.use((socket, next) => {
  const { token, auction } = socket.handshake.auth
  if (token === undefined) {
    socket.data.user = null
  } else
    try {
      socket.data.user = jwt.verify(token, SECRET).sub
    } catch (error) {
      return next(error)
    }
  socket.data.auction = auction
  next()
})

io.on('connection', (socket) => {
  const { user, auction } = socket.data
  socket.join(auction)
  socket.on('bid', async ({ amount, key }, answer) => {
    if (user === null || typeof key !== 'string' || typeof answer !== 'function') return
    const result = await store.bid({ auction, user, amount, key, at: Date.now() })
    answer(result)
    if (result.ok) io.to(auction).emit('bid', result.event)
  })
})

http.listen(0, '127.0.0.1', () => process.send({ port: http.address().port }))

process.on('message', async ({ auctions, users, text, room }) => {
  if (text !== undefined) return io.to(room).emit('event', text)
  await store.create(auctions)
  const tokens = Array.from({ length: users }, (_, i) => jwt.sign({ sub: `user-${i}` }, SECRET, { expiresIn: '1d' }))
  process.send({ tokens })
})
const close = async () => {
  await store.close()
  process.exit(0)
}
process.once('disconnect', close)
process.once('SIGTERM', close)
