import type { Code, Problem } from './wire.ts'

/** The service refused: `problem` says why, by `code` and the code's own fields. Below 500 it is definite: nothing was recorded. */
export class ProblemError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.name = 'ProblemError'
    this.problem = problem
  }

  get code(): Code {
    return this.problem.code
  }
}

/** No answer came, so the outcome is unknown. A bid may be repeated with the same key. */
export class LostError extends Error {
  constructor(cause: unknown) {
    super('no answer from the service', { cause })
    this.name = 'LostError'
  }
}

/** The channel ended otherwise than by the end of its auction or your own wish: `code` is its close code. */
export class EndedError extends Error {
  readonly code: number

  constructor(code: number) {
    super(`the channel was closed with ${code}`)
    this.name = 'EndedError'
    this.code = code
  }
}

/** The bid was taken back before it was sent: it does not count. */
export class WithdrawnError extends Error {}

/** Whether an attempt may have been recorded although it failed. */
export function isUnknown(error: unknown): boolean {
  return error instanceof LostError || (error instanceof ProblemError && error.problem.status >= 500)
}

/** The problem of an answer; one that is not ours (a proxy's page, say) is told by its status. */
export async function readProblem(response: Response): Promise<ProblemError> {
  const body: unknown = await response.json().catch(() => null)
  if (isProblem(body)) return new ProblemError(body)
  const code: Code = response.status >= 500 ? 'internal' : response.status === 404 ? 'not_found' : 'invalid_request'
  const title = `HTTP ${response.status}`
  const { status } = response
  const problem = { type: 'about:blank', title, status, detail: title, instance: '', code, errors: [] }
  return new ProblemError(problem)
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'status' in body
}
