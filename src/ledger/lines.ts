import { Wrong } from './wrong.ts'

/** Characters: far more than the longest description. */
const LINE_MAX = 4 * 1024 * 1024

/** The lines of an exported ledger. Each ends by a line feed, the last as well, and by nothing else; the text is UTF-8. */
export async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let rest = ''
  let number = 0
  const decoded = (chunk?: Uint8Array) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined })
    } catch {
      throw new Wrong(number + 1, 'is not UTF-8, or one soon after it')
    }
  }
  for await (const chunk of bytes) {
    const lines = (rest + decoded(chunk)).split('\n')
    rest = lines.pop()!
    if (rest.length > LINE_MAX) throw new Wrong(number + lines.length + 1, 'is longer than any line of a ledger')
    for (const line of lines) {
      number += 1
      yield line
    }
  }
  rest += decoded()
  if (rest !== '') throw new Wrong(number + 1, 'does not end in a line break')
}
