import ipaddr from 'ipaddr.js'
import { isIPv4 } from 'node:net'
import { limits } from '../config/limits.ts'

/** A network that counts as one, and how many times what one address may it may in all. */
export type Payer = { readonly name: string; readonly multiplier: number }

/** Everybody whose address cannot be read, as behind a proxy that sends none. */
const UNKNOWN: readonly Payer[] = [{ name: 'unknown', multiplier: 1 }]

/** An address with a port, as some proxies write it. */
const WITH_PORT = /^(?:([\d.]+)|\[([^\]]*)\])(?::\d+)?$/

/**
 * Whom an address counts as, the narrowest first. An IPv4 address counts alone, written as IPv6 too. Of IPv6 a household
 * has a /64 at least, so its addresses count as one; with all others of the /48, as a provider may give to one, they have
 * a wider budget.
 */
export function networksOf(address: string): readonly Payer[] {
  if (isIPv4(address)) return [{ name: address, multiplier: 1 }]
  const [, v4, v6] = WITH_PORT.exec(address) ?? []
  const bare = v4 ?? v6 ?? address
  if (!ipaddr.isValid(bare) || (v4 !== undefined && !isIPv4(bare))) return UNKNOWN
  const read = ipaddr.process(bare)
  if (read instanceof ipaddr.IPv4) return [{ name: read.toString(), multiplier: 1 }]
  return [
    { name: prefix(read, 64), multiplier: 1 },
    { name: prefix(read, 48), multiplier: limits.wideNetworkTimes },
  ]
}

function prefix({ parts }: ipaddr.IPv6, bits: 48 | 64): string {
  const groups = parts.slice(0, bits / 16).map((group) => group.toString(16))
  return `${groups.join(':')}::/${bits}`
}
