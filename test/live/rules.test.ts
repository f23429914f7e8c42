import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The rules of docs/live.md. */
const rules = [...readFileSync(`${root}docs/live.md`, 'utf8').matchAll(/^\| (LIVE-\d+) \|/gm)].map(([, rule]) => rule!)

/** Those that tests name. */
function named(): ReadonlySet<string> {
  const files = readdirSync(import.meta.dirname).map((name) => `${import.meta.dirname}/${name}`)
  const texts = [...files, `${root}test/contract/transports.test.ts`].map((file) => readFileSync(file, 'utf8'))
  const titles = texts.flatMap((text) => [...text.matchAll(/test\(\s*['`](.*)/g)].map(([, title]) => title!))
  return new Set(titles.flatMap((title) => [...title.matchAll(/\[(LIVE-\d+)\]/g)].map(([, rule]) => rule!)))
}

test('every rule of docs/room.md is named by a test', () => {
  const page = readFileSync(`${root}docs/room.md`, 'utf8')
  const ofRooms = [...page.matchAll(/^\| (ROOM-\d+) /gm)].map(([, rule]) => rule!)
  const files = ['test/live/room.test.ts', 'test/live/room-load.test.ts', 'test/contract/room.test.ts']
  const texts = files.map((file) => readFileSync(root + file, 'utf8')).join('\n')
  const found = new Set([...texts.matchAll(/\(\s*['`]\[(ROOM-\d+)\]/g)].map(([, rule]) => rule!))
  expect(ofRooms).toEqual(ofRooms.map((_, i) => `ROOM-${i + 1}`))
  expect([...found].toSorted()).toEqual(ofRooms.toSorted())
})

test('every rule of docs/live.md is named by a test, and no test names another', () => {
  expect(rules).toEqual(rules.map((_, i) => `LIVE-${i + 1}`))
  expect([...named()].toSorted()).toEqual(rules.toSorted())
})
