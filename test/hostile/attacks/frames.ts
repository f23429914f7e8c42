import { type Attack, addressOf, fatesOf, inTurn, often } from '../kit/attack.ts'
import { FIN, frame, opcodes, Peer } from '../kit/peer.ts'

const AT_ONCE = 20

function watchers(make: (peer: Peer, i: number) => void): Attack {
  return async ({ url, auction, count, network }) => {
    const peers = await inTurn(count, AT_ONCE, (i) =>
      new Peer(url, addressOf(network, i >> 4)).upgraded(`/v1/auctions/${auction}/live`),
    )
    peers.forEach(make)
    return fatesOf(peers)
  }
}

/** Frames that claim to be a terabyte, of which a little comes. */
export const hugeFrames = watchers((peer) => {
  peer.write(frame(FIN | opcodes.text, 'x'.repeat(1_000), 2 ** 40))
})

/** Messages that never end: one fragment after the other. */
export const endlessFrames = watchers((peer) => {
  peer.write(frame(opcodes.text, '{"type":"ping"'))
  const more = frame(opcodes.continuation, ' '.repeat(1_000))
  often(10, () => peer.write(more))
})

/** Fragments without content, as fast as they are taken. */
export const emptyFragments = watchers((peer) => {
  peer.write(frame(opcodes.text, '{'))
  const more = Buffer.concat(Array.from({ length: 500 }, () => frame(opcodes.continuation, '')))
  often(10, () => peer.socket.writableLength === 0 && peer.write(more))
})

/** Ping frames, a thousand a second and more. */
export const pings = watchers((peer) => {
  const many = Buffer.concat(Array.from({ length: 10 }, () => frame(FIN | opcodes.ping, 'x'.repeat(100))))
  often(10, () => peer.socket.writableLength === 0 && peer.write(many))
})

/** Answers to pings that nobody sent. */
export const pongs = watchers((peer) => {
  const many = Buffer.concat(Array.from({ length: 500 }, () => frame(FIN | opcodes.pong, 'x'.repeat(100))))
  often(10, () => peer.socket.writableLength === 0 && peer.write(many))
})

const broken: readonly Buffer[] = [
  frame(FIN | opcodes.text, Buffer.from([0xc3, 0x28])),
  frame(FIN | opcodes.text, Buffer.from([0xed, 0xa0, 0x80])),
  frame(FIN | opcodes.text, Buffer.from([0xf8, 0x88, 0x80, 0x80, 0x80])),
  frame(FIN | 0x70 | opcodes.text, '{}'),
  frame(FIN | 3, '{}'),
  frame(FIN | 11, ''),
  frame(FIN | opcodes.continuation, '{}'),
  frame(opcodes.ping, 'half a ping'),
  frame(FIN | opcodes.ping, 'x'.repeat(126)),
  frame(FIN | opcodes.close, Buffer.from([1])),
  frame(FIN | opcodes.close, Buffer.from([0x03, 0xec])),
  Buffer.from([FIN | opcodes.text, 2, 0x7b, 0x7d]),
  frame(FIN | opcodes.text, '{"type":"bid","key":"k","amount":1e400'),
  frame(FIN | opcodes.text, '['.repeat(16_000)),
  frame(FIN | opcodes.text, `{"__proto__":${'{"a":'.repeat(2_000)}`),
  frame(FIN | opcodes.binary, Buffer.from([0xff, 0xfe, 0x00])),
]

/** What is no UTF-8, no frame, no JSON. */
export const brokenFrames = watchers((peer, i) => {
  peer.write(broken[i % broken.length]!)
})
