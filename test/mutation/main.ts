import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Mutant, apply, mutantsOf } from './mutants.ts'

/**
 * Mutation testing: every small change of a source is tried against the tests, in a copy of the project, and has to make one
 * of them fail. `node test/mutation/main.ts [--only src/domain | --only src/domain/view.ts] [--every 5] [--report FILE]`
 */

const root = fileURLToPath(new URL('../..', import.meta.url))
const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: ['src/domain', 'src/engine', 'src/ledger'] },
    /** Only each nth mutant, from this one on: a sample. */
    every: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    report: { type: 'string' },
  },
})

/** The tests to try, the quickest first: the next only if all before were green. */
const STAGES: Readonly<Record<string, readonly string[][]>> = {
  'src/domain': [['test/domain'], ['test/properties', 'test/ledger', 'test/sdk/room']],
  'src/ledger': [
    ['forged', 'receipts', 'refusals', 'merkle', 'start', 'log', 'void'].map((name) => `test/ledger/${name}.test`),
    ['test/ledger/private'],
    ['test/ledger/replay', 'test/http/proof'],
  ],
  'src/engine': [
    ['test/engine', 'test/ledger/private'],
    ['test/history/simulation', 'test/http/bids'],
    ['test/contract', 'test/http/proof', 'test/http/service'],
  ],
}
/** Held by the tests of HTTP alone, which are too slow to be asked a thousand times. */
const LEFT_OUT = ['src/domain/access.ts', 'src/domain/explanation.ts']
const TEST_MS_MAX = 60_000
/** Ended for taking too long: killed by an endless loop, or by a machine that is busy. */
let endless = 0

const copy = mkdtempSync(join(tmpdir(), 'martillo-mutation-'))
let running: ChildProcess | null = null
process.on('exit', () => {
  running?.kill('SIGKILL')
  rmSync(copy, { recursive: true, force: true })
})
process.on('SIGINT', () => process.exit(1))
process.on('SIGTERM', () => process.exit(1))
for (const part of ['src', 'test', 'migrations', 'docs', 'package.json', 'package-lock.json', 'tsconfig.json'])
  cpSync(join(root, part), join(copy, part), { recursive: true })
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))

async function passes(tests: readonly string[]): Promise<boolean> {
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts', '--project', 'node']
  const flags = ['--bail', '1', '--no-isolate', '--pool', 'threads', '--testTimeout', '15000']
  running = spawn(process.execPath, [...vitest, ...flags, ...tests], {
    cwd: copy,
    stdio: 'ignore',
    timeout: TEST_MS_MAX,
    env: { ...process.env, SEED: '1', RUNS: '200' },
  })
  const [code, signal] = (await once(running, 'exit')) as [number | null, string | null]
  if (signal !== null) endless += 1
  return code === 0
}

async function passAll(stages: readonly string[][]): Promise<boolean> {
  for (const tests of stages) if (!(await passes(tests))) return false
  return true
}

type Survivor = { readonly file: string; readonly line: number; readonly what: string }

function filesBelow(folder: string): string[] {
  if (folder.endsWith('.ts')) return [folder]
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && file.name.endsWith('.ts'))
    .map((file) => relative(root, join(file.parentPath, file.name)))
    .filter((file) => !LEFT_OUT.includes(file))
    .toSorted()
}

const lines: string[] = []
function say(line: string): void {
  process.stdout.write(`${line}\n`)
  lines.push(line)
  if (values.report !== undefined) writeFileSync(values.report, `${lines.join('\n')}\n`)
}

for (const folder of values.only) {
  const stages = Object.entries(STAGES).find(([part]) => folder.startsWith(part))![1]
  if (!(await passAll(stages))) throw new Error(`the tests of ${folder} fail as it is`)
  const survivors: Survivor[] = []
  endless = 0
  let tried = 0
  let number = 0
  for (const file of filesBelow(folder)) {
    const source = readFileSync(join(root, file), 'utf8')
    const wanted = mutantsOf(source).filter(() => number++ % Number(values.every) === Number(values.from))
    const survived: Mutant[] = []
    for (const mutant of wanted) if (await survives(file, source, mutant, stages)) survived.push(mutant)
    tried += wanted.length
    survivors.push(
      ...survived.map(({ start, what }) => ({ file, line: source.slice(0, start).split('\n').length, what })),
    )
    if (wanted.length > 0) say(`${file}: ${wanted.length - survived.length} of ${wanted.length} killed`)
    for (const { line, what } of survivors.slice(survivors.length - survived.length))
      say(`  survived: line ${line}: ${what}`)
  }
  if (endless > 0) say(`${endless} of them by the limit of ${TEST_MS_MAX / 1_000} s`)
  say(
    `${folder}: ${tried - survivors.length} of ${tried} killed, ${(100 * (1 - survivors.length / tried)).toFixed(1)} %`,
  )
}

async function survives(file: string, source: string, mutant: Mutant, stages: readonly string[][]): Promise<boolean> {
  writeFileSync(join(copy, file), apply(source, mutant))
  const survived = await passAll(stages)
  writeFileSync(join(copy, file), source)
  return survived
}
