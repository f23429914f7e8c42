/** Resolves after so many milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}

/** Grows with each attempt up to `mostMs`, and differs from client to client, so that they do not come back all at once. */
export function backoffMs(attempt: number, leastMs: number, mostMs: number): number {
  const whole = Math.min(leastMs * 2 ** attempt, mostMs)
  return whole / 2 + (Math.random() * whole) / 2
}

/** An idempotency key. Without `randomUUID`, which browsers keep from pages that came over plain HTTP. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** What Promise.withResolvers gives, for browsers of the last four years. */
export type Settleable<Value> = {
  readonly promise: Promise<Value>
  readonly resolve: (value: Value) => void
  readonly reject: (reason: unknown) => void
}

export function settleable<Value>(): Settleable<Value> {
  const made: Partial<{ -readonly [Name in keyof Settleable<Value>]: Settleable<Value>[Name] }> = {}
  made.promise = new Promise<Value>((resolve, reject) => Object.assign(made, { resolve, reject }))
  return made as Settleable<Value>
}
