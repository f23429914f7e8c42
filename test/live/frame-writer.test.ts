import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, type Socket, connect, createServer } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { systemClock } from '../../src/adapters/system-clock.ts'
import { LoopScheduler } from '../../src/live/loop-scheduler.ts'
import { FrameWriter, payloadOf, textFrame } from '../../src/live/frame-writer.ts'
import { turn } from '../support/clock.ts'

/** A client of ws that is sent raw bytes behind its handshake. */
async function received(frames: readonly Buffer[]): Promise<string[]> {
  const server = createServer((socket) => void answer(socket, frames)).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const ws = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const texts: string[] = []
  ws.on('message', (data: Buffer, isBinary) => texts.push(isBinary ? 'binary' : data.toString()))
  await expect.poll(() => texts.length).toBe(frames.length)
  ws.terminate()
  return texts
}

async function answer(socket: Socket, frames: readonly Buffer[]): Promise<void> {
  socket.on('error', () => {})
  const [request] = (await once(socket, 'data')) as [Buffer]
  const key = /Sec-WebSocket-Key: (.+)\r\n/i.exec(request.toString())![1]!
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  )
  for (const frame of frames) socket.write(frame)
}

test('frames of every length are read by ws as they were written', async () => {
  const lengths = [0, 1, 124, 125, 126, 127, 1_000, 65_534, 65_535, 65_536, 70_000]
  const texts = [...lengths.map((length) => 'x'.repeat(length)), 'Ñandú – 锤 🔨', '🔨'.repeat(40)]
  expect(await received(texts.map((text) => textFrame(text)))).toEqual(texts)
  for (const text of texts) expect(payloadOf(textFrame(text)).toString()).toBe(text)
})

/** A writer to a client that reads only when it is told to, and the writes that reached its socket together. */
async function writerTo(): Promise<{ writer: FrameWriter; batches: string[][]; read: () => void; socket: Socket }> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').pause()
  const [socket] = (await once(server, 'connection')) as [Socket]
  onTestFinished(() => {
    client.destroy()
    socket.destroy()
    server.close()
  })
  const batches: string[][] = []
  const ws = { readyState: WebSocket.OPEN, OPEN: WebSocket.OPEN } as WebSocket
  const writer = new FrameWriter(ws, socket, new LoopScheduler(systemClock()))
  const write = socket.write.bind(socket)
  let isCorked = false
  vi.spyOn(socket, 'cork').mockImplementation(() => {
    isCorked = batches.push([]) > 0
  })
  vi.spyOn(socket, 'uncork').mockImplementation(() => {
    isCorked = false
  })
  vi.spyOn(socket, 'write').mockImplementation((frame) => {
    if (!isCorked) batches.push([])
    batches.at(-1)!.push(payloadOf(frame as Buffer).toString('latin1', 0, 20))
    return write(frame)
  })
  return { writer, batches, socket, read: () => client.resume() }
}

/** Sends until the kernel takes no more. */
function fill(writer: FrameWriter): void {
  const long = textFrame('x'.repeat(60_000))
  for (let i = 0; i < 1_000 && !writer.lags; i += 1) writer.send(long)
  expect(writer.lags).toBe(true)
}

test('[LIVE-10] what is sent in one turn of the loop leaves together, when the turn is over or when it is flushed', async () => {
  const { writer, batches } = await writerTo()
  for (const text of ['one', 'two', 'three']) writer.send(textFrame(text))
  expect(batches).toEqual([])
  await turn()
  expect(batches).toEqual([['one', 'two', 'three']])
  writer.send(textFrame('four'))
  writer.flush()
  await turn()
  expect(batches.slice(1)).toEqual([['four']])
})

test('[LIVE-9] where the reader lags what is offered is dropped, and what is sent never', async () => {
  const { writer, batches, read } = await writerTo()
  writer.offer(textFrame('offered in time'))
  fill(writer)
  writer.offer(textFrame('offered too late'))
  writer.send(textFrame('sent'))
  let drained = 0
  writer.whenDrained(() => (drained += 1))
  writer.whenDrained(() => (drained += 1))
  await turn()
  expect(drained).toBe(0)
  read()
  await expect.poll(() => drained).toBe(2)
  const texts = batches.flat()
  expect([texts[0], texts.at(-1), texts.includes('offered too late')]).toEqual(['offered in time', 'sent', false])
})
