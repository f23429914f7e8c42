/** An error as it travels between threads. */
export type Told = { readonly message: string; readonly code?: string; readonly statusCode?: number }

export function told(error: unknown): Told {
  const { message, code, statusCode } = error as Told
  return { message, ...(code && { code }), ...(statusCode && { statusCode }) }
}
