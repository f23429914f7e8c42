import type { Page } from '../engine/ports.ts'

/** The sort key and number of the item a cursor names: "key.number" of the last item of the page before. */
export function position(cursor: string | null): [key: number, number: number] | null {
  if (cursor === null) return null
  const [key, number] = cursor.split('.').map(Number)
  return [key!, number!]
}

/** A page of items, out of rows of which `limit + 1` were requested. */
export function page<Row extends { key: number; number: number }, Item>(
  rows: readonly Row[],
  limit: number,
  item: (row: Row) => Item,
): Page<Item> {
  const last = rows.length > limit ? rows[limit - 1]! : null
  return { items: rows.slice(0, limit).map(item), nextCursor: last === null ? null : `${last.key}.${last.number}` }
}
