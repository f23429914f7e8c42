/**
 * The lint rule `martillo/layers`: which room of src/ may import which. A room is a folder or a file right under src/.
 * codes, languages ← domain ← protocol ← ledger ← engine ← adapters ← live ← http ← main, start, demo, cli; sdk and web stand beside them.
 */
import { dirname, join, relative, sep } from 'node:path'

/** What a room may import. `types` come with `import type` only; packages are free unless listed. */
type Room = { rooms: string[]; types?: string[]; packages?: string[] }

const core = ['codes', 'languages', 'domain', 'protocol']
const proven = [...core, 'ledger']
const entry: Room = {
  rooms: [
    ...proven,
    'text',
    'config',
    'engine',
    'adapters',
    'live',
    'http',
    'sdk',
    'replay',
    'main',
    'start',
    'demo',
    'cli',
  ],
}

export const rooms: Record<string, Room> = {
  codes: { rooms: [], packages: [] },
  languages: { rooms: [], packages: [] },
  domain: { rooms: ['codes', 'languages'], packages: ['zod'] },
  protocol: { rooms: ['codes', 'domain'], packages: ['zod'] },
  text: { rooms: ['languages', 'domain'], packages: [] },
  config: { rooms: core },
  ledger: { rooms: core },
  engine: { rooms: [...proven, 'config'] },
  adapters: { rooms: [...proven, 'text', 'config', 'engine'] },
  live: { rooms: [...core, 'config', 'engine'] },
  http: { rooms: [...proven, 'config', 'engine', 'live'] },
  main: entry,
  start: entry,
  demo: entry,
  cli: entry,
  package: { rooms: ['config'] },
  replay: { rooms: ['config', 'domain', 'sdk'] },
  sdk: { rooms: ['codes'], types: ['domain', 'protocol'], packages: [] },
  web: { rooms: ['codes', 'languages', 'domain', 'protocol', 'sdk'] },
}

/** The room of a file below the root: `src/engine/writer.ts` is in `engine`, `web/main.tsx` in `web`. */
function roomOf(path: string): string | undefined {
  const [top, second] = path.split(sep)
  // What builds them runs where the service does, not in a browser.
  if (path.endsWith('vite.config.ts')) return undefined
  if (top === 'web') return 'web'
  return top === 'src' ? second?.replace(/\.[a-z]+$/, '') : undefined
}

/** What one format knows, such as `src/domain/formats/english/proxy.ts`. */
const OF_A_FORMAT = /^src\/domain\/formats\/[^/]+\//

/** Shared code asks whichever format an auction has; only a format and the two registries beside it know one by name. */
function knowsFormat(file: string, specifier: string): string | undefined {
  const asked = join(dirname(file), specifier).split(sep).join('/')
  const isShared = /^(?:src|web)\//.test(file) && !file.startsWith('src/domain/formats/')
  return isShared && OF_A_FORMAT.test(asked) ? `${asked} is known to its format alone: ask \`formats\`.` : undefined
}

/** Says what is wrong with one import, or nothing. */
export function judge(file: string, specifier: string, typeOnly: boolean): string | undefined {
  const known = knowsFormat(file, specifier)
  if (known !== undefined) return known
  const from = roomOf(file)
  if (from === undefined || from === 'launch') return undefined
  const room = rooms[from]
  if (!room) return `src/${from} is no room of the layout: put the file into one, or give it an import rule of its own.`
  if (!specifier.startsWith('.')) {
    const free = room.packages === undefined && !(from === 'web' && specifier.startsWith('node:'))
    return free || room.packages?.includes(specifier) ? undefined : `${from} may not import the package ${specifier}.`
  }
  const to = roomOf(join(dirname(file), specifier))
  if (to === from || (to !== undefined && room.rooms.includes(to))) return undefined
  if (to !== undefined && room.types?.includes(to)) {
    return typeOnly ? undefined : `${from} may import only types from ${to}: write \`import type\`.`
  }
  return `${from} may not import ${to ?? 'from outside src'}: a file imports its own room or one to its left.`
}

type Node = {
  source?: { value?: unknown } | null
  argument?: { value?: unknown }
  importKind?: string
  exportKind?: string
}
type Context = { filename: string; cwd: string; report: (problem: { node: Node; message: string }) => void }

const layers = {
  create(context: Context) {
    const file = relative(context.cwd, context.filename)
    const visit = (node: Node) => {
      const specifier = (node.source ?? node.argument)?.value
      if (typeof specifier !== 'string') return
      const typeOnly = node.importKind === 'type' || node.exportKind === 'type' || node.argument !== undefined
      const message = judge(file, specifier, typeOnly)
      if (message !== undefined) context.report({ node, message })
    }
    return {
      ImportDeclaration: visit,
      ImportExpression: visit,
      ExportAllDeclaration: visit,
      ExportNamedDeclaration: visit,
      TSImportType: visit,
    }
  },
}

export default { meta: { name: 'martillo' }, rules: { layers } }
