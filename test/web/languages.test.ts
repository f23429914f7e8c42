import { globSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { languageCodes } from '../../src/languages/list.ts'
import { texts as written } from '../../src/languages/texts.ts'

const root = join(import.meta.dirname, '../..')
const others = languageCodes.filter((code) => code !== 'en')
const places = globSync('web/**/*.en.ts', { cwd: root, exclude: ['web/dist/**'] }).toSorted()

async function textsIn(place: string, code: string): Promise<unknown> {
  return ((await import(join(root, place.replace(/en\.ts$/, `${code}.ts`)))) as { texts: unknown }).texts
}

/** Stands for whatever a text may be given, and leaves its name wherever it is used. */
function argument(name: string): unknown {
  return new Proxy(
    {},
    {
      get: (_, key) => {
        if (key === Symbol.toPrimitive) return () => `‹${name}›`
        return key === 'replace' ? () => `‹${name}›` : `‹${name}.${String(key)}›`
      },
    },
  )
}

/** Every text by its path, with the arguments that it mentions. */
function mentionedIn(texts: unknown, path = ''): [path: string, mentioned: string][] {
  if (typeof texts === 'function') {
    const said = String((texts as (...given: unknown[]) => unknown)(argument('1'), argument('2'), argument('3')))
    return [[path, [...new Set(said.match(/‹[^›]+›/g))].toSorted().join(' ')]]
  }
  if (typeof texts !== 'object' || texts === null) return [[path, '']]
  return Object.entries(texts)
    .flatMap(([key, inner]) => mentionedIn(inner, `${path}.${key}`))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
}

test('every text is there in every language, and mentions what the English one mentions', async () => {
  expect(places.length).toBeGreaterThan(20)
  for (const place of places) {
    const english = mentionedIn(await textsIn(place, 'en'))
    for (const code of others) expect(mentionedIn(await textsIn(place, code)), `${place} ${code}`).toEqual(english)
  }
})

test('what the service writes is there in every language, and mentions what the English texts mention', () => {
  const english = mentionedIn(written.en)
  expect(english.length).toBeGreaterThan(90)
  for (const code of others) expect(mentionedIn(written[code]), code).toEqual(english)
})
