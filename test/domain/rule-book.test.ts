import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'

const RULE = /(?:INC|PX|RES|BIN|SC|VOID|WHO|REV)-\d+/g

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8')
}

/** The ids of the rules that the book states: those in bold. */
function rulesInBook(): string[] {
  return [...read('../../docs/rules.md').matchAll(/\*\*([A-Z]+-\d+)\*\*/g)].map(([, id]) => id!)
}

/** The ids that test titles name: those in brackets. */
function rulesInTitles(): Set<string> {
  const files = ['.', '../properties'].flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, import.meta.url))
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => `${folder}/${file}`),
  )
  return new Set(files.flatMap((file) => read(file).match(/\[[A-Z]+-\d+\](?= )/g) ?? []).map((id) => id.slice(1, -1)))
}

test('the book states each rule once, by a known kind of id', () => {
  const ids = rulesInBook()
  expect(ids.length).toBeGreaterThan(25)
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([])
  expect(ids.filter((id) => id.match(RULE)?.[0] !== id)).toEqual([])
})

test('every rule of the book is named by a test, and every test names a rule of the book', () => {
  expect([...rulesInTitles()].toSorted()).toEqual(rulesInBook().toSorted())
})
