import type { Page } from '../engine/ports.ts'

/** A cursor is the place of the last item in its order: "key.number". */
export function position(cursor: string | null): [key: number, number: number] | null {
  if (cursor === null) return null
  const [key, number] = cursor.split('.').map(Number)
  return [key!, number!]
}

/** A page out of rows of which one more than `limit` was asked for. */
export function page<Row extends { key: number; number: number }, Item>(
  rows: readonly Row[],
  limit: number,
  item: (row: Row) => Item,
): Page<Item> {
  const last = rows.length > limit ? rows[limit - 1]! : null
  return { items: rows.slice(0, limit).map(item), nextCursor: last === null ? null : `${last.key}.${last.number}` }
}
