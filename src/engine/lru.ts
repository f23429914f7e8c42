import { LRUCache } from 'lru-cache'

/**
 * A cache of the `max` most recently used entries. It grows as it fills, whereas lru-cache's own `max` allocates all
 * slots at once.
 */
export function lru<Value extends object | number | string | true>(max: number): LRUCache<string, Value> {
  return new LRUCache({ maxSize: max, sizeCalculation: () => 1 })
}
