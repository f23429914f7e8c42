import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Those that take half a minute or more, whatever their size, the longest first: none is left alone at the end. */
const LONG = [
  'browser/axe',
  'hostile/siege',
  'cli/package',
  'http/twins',
  'crash/backup',
  'history/nodes',
  'http/guessing',
  'contract/documents',
  'crash/kill',
  'crash/clock',
  'crash/ill',
  'crash/nodes',
  'cli/pages',
  'cli/postgres',
  'cli/encrypted',
].map((name) => `/test/${name}.test.ts`)

/** Folders whose tests wait for most of their time: for pages, for what is slow on purpose. */
const WAITING = ['hostile', 'browser', 'crash']

/**
 * The order of the files: the long ones, then every kind spread over the rest of the run, the largest of each first, so
 * that those that wait and those that reckon run side by side at any time.
 */
export class Order extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const long = LONG.flatMap((name) => sorted.filter(({ moduleId }) => moduleId.endsWith(name)))
    const others = sorted.filter((file) => !long.includes(file))
    const kinds = Map.groupBy(others, ({ moduleId }) => WAITING.find((name) => moduleId.includes(`/test/${name}/`)))
    const placed = [...kinds.values()].flatMap((some) => some.map((file, i) => ({ file, place: i / some.length })))
    return [...long, ...placed.toSorted((a, b) => a.place - b.place).map(({ file }) => file)]
  }
}
