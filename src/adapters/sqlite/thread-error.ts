/** An error as it travels between threads. */
export type ThreadError = { readonly message: string; readonly code?: string; readonly statusCode?: number }

export function threadError(error: unknown): ThreadError {
  const { message, code, statusCode } = error as ThreadError
  return { message, ...(code && { code }), ...(statusCode && { statusCode }) }
}
