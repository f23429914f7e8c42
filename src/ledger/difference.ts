import type { PublicEvent } from '../domain/wire.ts'
import type { ChannelEvent } from '../protocol.ts'
import { shown } from './canonical.ts'

/** What an entry says otherwise than the rules, or null. */
export function difference(expected: PublicEvent, { type, at, data }: ChannelEvent): string | null {
  if (expected.type !== type) return `by the rules ${expected.type} must come here, not ${type}`
  if (expected.at !== at) return `by the rules this happened at ${expected.at}, not at ${at}`
  const [wanted, found] = [expected.data as Record<string, unknown>, data as Record<string, unknown>]
  const wrong = [...new Set([...Object.keys(wanted), ...Object.keys(found)])].find(
    (name) => shown(name, wanted[name]) !== shown(name, found[name]),
  )
  if (wrong === undefined) return null
  return `by the rules ${wrong} is ${shown(wrong, wanted[wrong])}, not ${shown(wrong, found[wrong])}`
}
