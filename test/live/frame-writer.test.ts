import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, type Socket, createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { payloadOf, textFrame } from '../../src/live/frame-writer.ts'

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
