import { SingleBar } from 'cli-progress'

export type Progress = { add(more: number): void; stop(): void }

/** A bar on a terminal; nothing where the output goes elsewhere. */
export function progressOf(what: string, total: number): Progress {
  if (!process.stderr.isTTY) return { add: () => {}, stop: () => {} }
  const bar = new SingleBar({ format: `${what} {bar} {percentage} % · {eta_formatted} left`, clearOnComplete: true })
  bar.start(total, 0)
  return { add: (more) => bar.increment(more), stop: () => bar.stop() }
}
