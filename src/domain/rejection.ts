import type { Code } from '../codes.ts'

/** A refusal as a value: its code, and the fields that belong to the code. Instants are wire text. */
export type Rejection = { readonly rejected: Code; readonly fields: Readonly<Record<string, unknown>> }

export function reject(code: Code, fields: Readonly<Record<string, unknown>> = {}): Rejection {
  return { rejected: code, fields }
}

/** A request that was well-formed and cannot be met: `errors` as validation gives them. */
export function invalid(path: string, message: string): Rejection {
  return reject('invalid_request', { errors: [{ path, message }] })
}

export function isRejection(value: object): value is Rejection {
  return 'rejected' in value
}
