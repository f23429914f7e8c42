export type Progress = { add(more: number): void; stop(): void }

/** A bar on a terminal; nothing where the output goes elsewhere. */
export async function progressOf(what: string, total: number): Promise<Progress> {
  if (!process.stderr.isTTY) return { add: () => {}, stop: () => {} }
  const { SingleBar } = await import('cli-progress')
  const bar = new SingleBar({ format: `${what} {bar} {percentage} % · {eta_formatted} left`, clearOnComplete: true })
  bar.start(total, 0)
  return { add: (more) => bar.increment(more), stop: () => bar.stop() }
}
