import { readFileSync } from 'node:fs'

/** For `--import`: a wall clock that is wrong by the milliseconds in the file CLOCK_SHIFT_FILE, read anew on SIGWINCH. */
const now = Date.now.bind(Date)
let shiftMs = 0

function read(): void {
  shiftMs = Number(readFileSync(process.env['CLOCK_SHIFT_FILE']!, 'utf8'))
}

read()
process.on('SIGWINCH', read)
Date.now = () => now() + shiftMs
globalThis.Date = new Proxy(Date, {
  construct: (target, values: [], made) =>
    Reflect.construct(target, values.length === 0 ? [Date.now()] : values, made) as Date,
})
