import { CsvError, parse } from 'csv-parse/sync'
import { readFileSync } from 'node:fs'
import { ConfigError } from '../config.ts'

/** A CSV as programs and offices write it: its encoding and its separator are seen by its bytes. */

export type Cell = { readonly text: string; readonly file: string; readonly line: number; readonly column: string }
/** By the names of the columns that were asked for; an optional one may be missing. */
export type Row<Column extends string = string> = Readonly<Record<Column, Cell>>

const ENCODINGS: readonly (readonly [begins: readonly number[], encoding: string])[] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
]
const SEPARATORS = [',', ';', '\t'] as const
/** A first line that spreadsheets write to say which it is. */
const STATED_SEPARATOR = /^sep=(.)\r?\n/i

export function refuse({ file, line, column, text }: Cell, why: string): never {
  throw new ConfigError(`${file}: line ${line}, column ${column}: ${JSON.stringify(text)} ${why}`)
}

/** The rows of a file. Throws in one line where it is none, or lacks a column or a value that `needed` names. */
export function readTable<Column extends string>(file: string, needed: readonly Column[]): Row<Column>[] {
  const rows = recordsOf(file).map(({ record, info }) => {
    const cells = Object.entries(record).map(([column, text]) => [column, { text, file, line: info.lines, column }])
    return Object.fromEntries(cells) as Row
  })
  if (rows.length === 0) throw new ConfigError(`${file}: has no rows`)
  for (const row of rows)
    for (const column of needed) {
      if (row[column] === undefined) throw new ConfigError(`${file}: line 1, column ${column}: is missing`)
      if (row[column].text === '') refuse(row[column], 'is empty')
    }
  return rows
}

type Parsed = { readonly record: Readonly<Record<string, string>>; readonly info: { readonly lines: number } }

function recordsOf(file: string): Parsed[] {
  const text = decoded(readFileSync(file))
  const [first = '', stated] = STATED_SEPARATOR.exec(text) ?? []
  try {
    const records: Parsed[] = parse(text.slice(first.length), {
      columns: (names: string[]) => names.map((name) => name.trim().toLowerCase()),
      delimiter: stated ?? separatorOf(text),
      info: true,
      trim: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
    })
    const before = stated === undefined ? 0 : 1
    return records.map(({ record, info }) => ({ record, info: { lines: info.lines + before } }))
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new ConfigError(`${file} is no CSV: line ${Number(error['lines'] ?? 1)}: ${error.code}`)
  }
}

/** What has no mark of byte order is UTF-8 if it can be, or what offices in the West wrote before. */
function decoded(bytes: Buffer): string {
  const marked = ENCODINGS.find(([begins]) => begins.every((byte, i) => bytes[i] === byte))
  if (marked !== undefined) return new TextDecoder(marked[1]).decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

/** The one that is most often in the names of the columns. */
function separatorOf(text: string): string {
  const [names = ''] = text.split(/\r?\n/, 1)
  const times = (separator: string) => names.split(separator).length
  return SEPARATORS.toSorted((a, b) => times(b) - times(a))[0]!
}
