import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Folders whose tests wait for most of their time: for pages, for what is slow on purpose. */
const WAITING = ['hostile', 'browser', 'crash']

/**
 * The order of the files: every kind is spread over the whole run, the largest of each first, so that those that wait and
 * those that reckon run side by side at any time.
 */
export class Order extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const kinds = Map.groupBy(sorted, ({ moduleId }) => WAITING.find((name) => moduleId.includes(`/test/${name}/`)))
    const placed = [...kinds.values()].flatMap((some) => some.map((file, i) => ({ file, place: i / some.length })))
    return placed.toSorted((a, b) => a.place - b.place).map(({ file }) => file)
  }
}
