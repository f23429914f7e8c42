import { readFileSync, readdirSync } from 'node:fs'

/** CPU milliseconds that a process, its threads and its descendants have used so far, by the kernel's account (Linux). */
export function cpuMsOf(pid: number): number {
  const children = descendants(pid)
  return [pid, ...children].reduce((sum, one) => sum + ownCpuMs(one), 0)
}

/** In nanoseconds, of every thread that is alive. */
function ownCpuMs(pid: number): number {
  let ns = 0
  for (const thread of threads(pid)) {
    const text = readOr(`/proc/${pid}/task/${thread}/schedstat`)
    ns += Number(text.split(' ')[0] ?? 0)
  }
  return ns / 1e6
}

function threads(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}

function descendants(pid: number): number[] {
  const children = threads(pid)
    .flatMap((thread) => readOr(`/proc/${pid}/task/${thread}/children`).split(' '))
    .filter((text) => text.trim() !== '')
    .map(Number)
  return children.flatMap((child) => [child, ...descendants(child)])
}

/** A thread may be gone before it is looked at. */
function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** MB that a process occupies now, and the most that it ever did. */
export function residentMb(pid: number): { readonly now: number; readonly most: number } {
  const status = readOr(`/proc/${pid}/status`)
  const of = (name: string) => (Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) * 1_024) / 1e6
  return { now: of('VmRSS'), most: of('VmHWM') }
}
