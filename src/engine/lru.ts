import { LRUCache } from 'lru-cache'

/** The `max` entries used last. It grows as it fills: by lru-cache's own `max`, room for all of them is made at once. */
export function lru<Value extends object | number | string | true>(max: number): LRUCache<string, Value> {
  return new LRUCache({ maxSize: max, sizeCalculation: () => 1 })
}
