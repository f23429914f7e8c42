import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')

/** Planted files: each line of code stands with the rule that must report it, or null when it is fine. */
const planted: Record<string, [code: string, rule: string | null][]> = {
  'src/domain/planted.ts': [
    ["import { z } from 'zod';", null],
    ["import { reject } from '../codes.ts';", null],
    ["import { place } from './proxy.ts';", null],
    ["import { parse } from '../protocol.ts';", 'martillo(layers)'],
    ["import { config } from '../config.ts';", 'martillo(layers)'],
    ["import type { Engine } from '../engine/engine.ts';", 'martillo(layers)'],
    ["import { readFileSync } from 'node:fs';", 'martillo(layers)'],
    ["import fastify from 'fastify';", 'martillo(layers)'],
    ["export * from '../engine/ports.ts';", 'martillo(layers)'],
    ["export type Later = import('../engine/ports.ts').Store;", 'martillo(layers)'],
    ["export const later = import('../http/app.ts');", 'martillo(layers)'],
    ['export const now = Date.now();', 'eslint(no-restricted-globals)'],
    ['export const made = new Date();', 'eslint(no-restricted-globals)'],
    ['export const luck = Math.random();', 'eslint(no-restricted-properties)'],
    ['export const hidden = globalThis.Date;', 'eslint(no-restricted-properties)'],
    ['export const timer = setTimeout;', 'eslint(no-restricted-globals)'],
    ['export const pid = process.pid;', 'eslint(no-restricted-globals)'],
  ],
  'src/domain/formats/planted.ts': [
    ["import { Terms } from '../schema.ts';", null],
    ["import { reject } from '../../codes.ts';", null],
    ["import { Message } from '../../protocol.ts';", 'martillo(layers)'],
  ],
  'src/codes.ts': [["import { Terms } from './domain/schema.ts';", 'martillo(layers)']],
  'src/protocol.ts': [
    ["import { Terms } from './domain/schema.ts';", null],
    ["import { Engine } from './engine/engine.ts';", 'martillo(layers)'],
  ],
  'src/config.ts': [['export const port = process.env;', null]],
  'src/engine/planted.ts': [
    ["import { config } from '../config.ts';", null],
    ["import { randomBytes } from 'node:crypto';", null],
    ["import { openSqlite } from '../adapters/sqlite/store.ts';", 'martillo(layers)'],
    ["import { hub } from '../live/hub.ts';", 'martillo(layers)'],
    ['export const port = process.env;', 'node(no-process-env)'],
    ['export const shown = location;', 'eslint(no-restricted-globals)'],
  ],
  'src/adapters/sqlite/planted.ts': [
    ["import type { Store } from '../../engine/ports.ts';", null],
    ["import { hub } from '../../live/hub.ts';", 'martillo(layers)'],
  ],
  'src/live/planted.ts': [
    ["import { Engine } from '../engine/engine.ts';", null],
    ["import { openSqlite } from '../adapters/sqlite/store.ts';", 'martillo(layers)'],
    ["import { app } from '../http/app.ts';", 'martillo(layers)'],
  ],
  'src/http/planted.ts': [
    ["import { hub } from '../live/hub.ts';", null],
    ["import { openSqlite } from '../adapters/sqlite/store.ts';", 'martillo(layers)'],
    ["import { serve } from '../main.ts';", 'martillo(layers)'],
  ],
  'src/sdk/planted.ts': [
    ["import { codes } from '../codes.ts';", null],
    ["import type { Message } from '../protocol.ts';", null],
    ["import { parse } from '../protocol.ts';", 'martillo(layers)'],
    ["import type { Engine } from '../engine/engine.ts';", 'martillo(layers)'],
    ["import { z } from 'zod';", 'martillo(layers)'],
    ["import { readFileSync } from 'node:fs';", 'martillo(layers)'],
  ],
  'src/ledger/planted-format.ts': [
    ["import { formats } from '../domain/formats/index.ts';", null],
    ["import { place } from '../domain/formats/english/proxy.ts';", 'martillo(layers)'],
  ],
  'src/domain/planted-format.ts': [["import { place } from './formats/english/proxy.ts';", 'martillo(layers)']],
  'src/domain/formats/planted-format.ts': [["import { place } from './english/proxy.ts';", null]],
  'src/cli.ts': [["import { openSqlite } from './adapters/sqlite/store.ts';", null]],
  'src/utils/planted.ts': [["import { z } from 'zod';", 'martillo(layers)']],
  'web/planted.ts': [
    ["import { connect } from '../src/sdk/client.ts';", null],
    ["import { hub } from '../src/live/hub.ts';", 'martillo(layers)'],
    ["import { readFileSync } from 'node:fs';", 'martillo(layers)'],
  ],
}

type Report = { diagnostics: { code: string; filename: string; labels: { span: { line: number } }[] }[] }

let folder = ''
let reported = new Set<string>()

/** oxlint with the repository's own configuration, over the planted files in a folder of their own. */
function lint(): Promise<string> {
  const args = [join(root, 'node_modules/oxlint/bin/oxlint'), '--format=json']
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder }, (_failed, output) => {
      resolve(output)
    })
  })
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'martillo-layers-'))
  for (const path of ['.oxlintrc.json', 'test/check/layer-rule.ts', 'package.json']) {
    await cp(join(root, path), join(folder, path))
  }
  for (const [path, lines] of Object.entries(planted)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), lines.map(([code]) => `${code}\n`).join(''))
  }
  const { diagnostics } = JSON.parse(await lint()) as Report
  reported = new Set(diagnostics.map((d) => `${d.filename}:${d.labels[0]?.span.line} ${d.code}`))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

describe.each(Object.entries(planted))('the linter, in %s,', (path, lines) => {
  const ruled = /layers|restricted|process-env/
  test.each(lines.map(([code, rule], index) => ({ code, rule, line: index + 1 })))(
    'answers `$code` with $rule',
    ({ rule, line }) => {
      const found = [...reported].filter((each) => each.startsWith(`${path}:${line} `) && ruled.test(each))
      expect(found).toEqual(rule === null ? [] : [`${path}:${line} ${rule}`])
    },
  )
})
