/** How much is tried: a taste in `npm test`, all of it by `npm run test:fuzz`. FUZZ_SEED plays a run again. */
const isLong = process.env['FUZZ_FORM'] === 'long'

export const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? (isLong ? 200_000 : 1_500))
export const MESSAGES = Number(process.env['FUZZ_MESSAGES'] ?? (isLong ? 1_000_000 : 10_000))
export const SEED = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
/** For a run of the long form on a slow machine. */
export const TIMEOUT_MS = isLong ? 3_600_000 : 300_000
