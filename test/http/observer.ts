import { Agent, request } from 'node:http'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'

/** Somebody who writes down every byte that comes to them, as it came. */
export class Observer {
  readonly name: string
  readonly #url: string
  readonly #token: string | null
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })
  readonly #written: string[] = []
  readonly #sockets: Listening[] = []
  readonly #streams: { readonly path: string; text: string }[] = []

  constructor(name: string, url: string, token: string | null) {
    this.name = name
    this.#url = url
    this.#token = token
  }

  /** All there is to read: what was asked and its answer, then what each socket and stream was told, in order. */
  get transcript(): readonly string[] {
    const sockets = this.#sockets.flatMap(({ path, frames }) => frames.map((frame, i) => `${path} ${i}: ${frame}`))
    return [...this.#written, ...sockets, ...this.#streams.map(({ path, text }) => `${path}: ${text}`)]
  }

  async ask(route: string, body?: object, headers: Record<string, string> = {}): Promise<Answered> {
    const answer = await send(this.#url, route, this.#token, {
      ...(body === undefined ? {} : { body }),
      headers,
      agent: this.#agent,
    })
    this.#written.push(`${route}\n${answer.head}\n\n${answer.text}`)
    return answer
  }

  /** A socket that listens from now on; `first` is what it says once it is open. */
  async listen(path: string, first: object | null = null): Promise<void> {
    const headers = this.#token === null ? {} : { authorization: `Bearer ${this.#token}` }
    const socket = new Listening(this.#url, path, headers)
    this.#sockets.push(socket)
    await socket.opened
    if (first !== null) socket.ws.send(JSON.stringify(first))
    await socket.settled()
  }

  /** A text/event-stream, to its end. */
  async stream(path: string): Promise<void> {
    const stream = { path, text: '' }
    this.#streams.push(stream)
    const gone = new AbortController()
    onTestFinished(() => gone.abort())
    const headers: Record<string, string> = { accept: 'text/event-stream' }
    if (this.#token !== null) headers['authorization'] = `Bearer ${this.#token}`
    const response = await fetch(this.#url + path, { headers, signal: gone.signal })
    const read = async () => {
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) stream.text += chunk
      stream.text += '(end)'
    }
    read().catch(() => {})
  }

  /** Returns when every socket has been told all that was there to tell. */
  async settled(): Promise<void> {
    await Promise.all(this.#sockets.map((socket) => socket.settled()))
  }

  /** Returns when every socket on this path was told something that holds this text. */
  async heard(path: string, text: string): Promise<void> {
    await Promise.all(this.#sockets.filter((socket) => socket.path === path).map((socket) => socket.heard(text)))
  }

  leave(): void {
    this.#agent.destroy()
    for (const { ws } of this.#sockets) ws.terminate()
  }
}

/** Frames as they come, and how it was closed. */
class Listening {
  readonly path: string
  readonly ws: WebSocket
  readonly frames: string[] = []
  readonly opened: Promise<unknown>
  #pongs: (() => void)[] = []
  #awaited: { readonly text: string; readonly resolve: () => void }[] = []

  constructor(url: string, path: string, headers: Record<string, string>) {
    this.path = path
    this.ws = new WebSocket(url.replace('http', 'ws') + path, 'auction.v1', { headers, autoPong: true })
    this.opened = new Promise((resolve) => this.ws.once('open', resolve))
    this.ws.on('message', (data: Buffer) => this.#hear(data.toString()))
    this.ws.on('close', (code, reason) => {
      this.frames.push(`closed ${code} ${reason.toString()}`)
      this.#answer()
    })
    this.ws.on('error', () => {})
    onTestFinished(() => this.ws.terminate())
  }

  settled(): Promise<void> {
    if (this.ws.readyState !== WebSocket.OPEN) return Promise.resolve()
    return new Promise((resolve) => {
      this.#pongs.push(resolve)
      this.ws.send('{"type":"ping","sentAt":1}')
    })
  }

  heard(text: string): Promise<void> {
    if (this.frames.some((frame) => frame.includes(text))) return Promise.resolve()
    return new Promise((resolve) => this.#awaited.push({ text, resolve }))
  }

  #hear(frame: string): void {
    for (const { text, resolve } of this.#awaited) if (frame.includes(text)) resolve()
    // Where an answer to its own ping comes between what it is told is a matter of timing.
    if (frame.startsWith('{"type":"pong"')) this.#answer()
    else this.frames.push(frame)
  }

  #answer(): void {
    const waiting = this.#pongs
    this.#pongs = []
    for (const resolve of waiting) resolve()
  }
}

export type Answered = { readonly status: number; readonly head: string; readonly text: string; readonly json: Json }
// oxlint-disable-next-line typescript/no-explicit-any -- what came is looked at field by field
type Json = any

/** What the clock of the machine puts into an answer. */
const BY_THE_MACHINE = new Set(['date', 'x-request-id'])

type Sent = { readonly body?: object; readonly headers?: Record<string, string>; readonly agent?: Agent | false }

/** A request with its answer's headers as they were written, in their order. */
export function send(
  url: string,
  route: string,
  token: string | null,
  { body, headers = {}, agent = false }: Sent = {},
): Promise<Answered> {
  const [method, path] = route.split(' ') as [string, string]
  const text = body === undefined ? '' : JSON.stringify(body)
  const asked = {
    host: 'house.example',
    'accept-encoding': 'gzip, br',
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(text.length) }),
    ...headers,
  }
  return new Promise((resolve, reject) => {
    const sent = request(url + path, { method, headers: asked, agent }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const bytes = unpacked(Buffer.concat(chunks), response.headers)
        const head = [`${response.statusCode} ${response.statusMessage}`]
        for (let i = 0; i < response.rawHeaders.length; i += 2) {
          const [name, value] = [response.rawHeaders[i]!, response.rawHeaders[i + 1]!]
          // The size of what is compressed is another for every id in it.
          const isOfIds = name.toLowerCase() === 'content-length' && 'content-encoding' in response.headers
          if (!BY_THE_MACHINE.has(name.toLowerCase()) && !isOfIds) head.push(`${name}: ${value}`)
        }
        resolve({
          status: response.statusCode!,
          head: head.join('\n'),
          text: bytes.toString(),
          json: json(bytes),
        })
      })
    })
    sent.on('error', reject)
    sent.end(text)
  })
}

function unpacked(bytes: Buffer, headers: Record<string, unknown>): Buffer {
  const encoding = headers['content-encoding']
  if (encoding === undefined || bytes.length === 0) return bytes
  return encoding === 'br' ? brotliDecompressSync(bytes) : gunzipSync(bytes)
}

function json(bytes: Buffer): Json {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return undefined
  }
}
