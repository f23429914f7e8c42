import ipaddr from 'ipaddr.js'
import { isIPv4 } from 'node:net'
import { limits } from '../config/limits.ts'

/**
 * Who is rate-limited as a unit: a network, or a person. `multiplier`: the budget as a multiple of that of a single one.
 */
export type Payer = { readonly name: string; readonly multiplier: number }

/** Stands for every address that cannot be parsed, as behind a proxy that sends none. */
const UNKNOWN: readonly Payer[] = [{ name: 'unknown', multiplier: 1 }]

/** An address with a port, as some proxies write it. */
const WITH_PORT = /^(?:([\d.]+)|\[([^\]]*)\])(?::\d+)?$/

/**
 * The networks that an address is charged to, the narrowest first. An IPv4 address is charged alone, also in IPv6
 * notation. An IPv6 household has at least a /64, so that is charged as one; the /48 around it, which a provider may
 * assign to one customer, has a larger budget.
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
