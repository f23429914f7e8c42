import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

test('every test that docs/promises.md names is there by that name', () => {
  const page = readFileSync(`${root}docs/promises.md`, 'utf8')
  const rows = [...page.matchAll(/^\| .+? \| `(test\/[\w./-]+)`: (.+?) \| .*\|$/gm)]
  expect(rows.length).toBe(page.split('\n').filter((line) => /^\| (?!promise)/.test(line)).length)
  for (const [, file, name] of rows) {
    const source = readFileSync(root + file!, 'utf8')
    expect(source.includes(name!), `${file} has no test "${name}"`).toBe(true)
  }
})
