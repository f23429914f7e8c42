/** Texts kept at most: many more than are in use at a time. */
const KEPT_MAX = 50_000

let texts = new WeakMap<object, string>()
let kept = 0

/** The JSON of what is written more than once, made once. Only for what never changes. */
export function jsonOf(value: object): string {
  const known = texts.get(value)
  if (known !== undefined) return known
  if (kept === KEPT_MAX) {
    texts = new WeakMap()
    kept = 0
  }
  const text = JSON.stringify(value)
  texts.set(value, text)
  kept += 1
  return text
}
