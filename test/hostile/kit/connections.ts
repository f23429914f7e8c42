import { readFileSync } from 'node:fs'

const NOBODY = '0'
const LOOPBACK = 127

/** Connections to a service on this machine from 127.`network`.0.0/16 that a process still holds on the service's side. */
export function connectionsTo(url: string, network: number): number {
  const port = Number(new URL(url).port)
  // Addresses are written as the bytes of a little-endian word: 127.5.1.2 is 0201057F.
  const from = `${hex(network, 2)}${hex(LOOPBACK, 2)}`
  const lines = readFileSync('/proc/net/tcp', 'latin1').trim().split('\n').slice(1)
  return lines.filter((line) => {
    const [, local = '', remote = '', , , , , , , inode] = line.trim().split(/\s+/)
    return local.endsWith(`:${hex(port, 4)}`) && remote.slice(4, 8) === from && inode !== NOBODY
  }).length
}

function hex(number: number, digits: number): string {
  return number.toString(16).toUpperCase().padStart(digits, '0')
}
