import { cpSync, existsSync, readFileSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { startMartillo } from '../support/command.ts'
import { freePort } from '../support/process.ts'
import { temporaryFolder } from '../support/service.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const SOURCES = ['src', 'web', 'migrations', 'docs', 'package.json', 'package-lock.json', 'tsconfig.json']

/** A clone in which nothing is built, with the packages of this one. */
function clone(): string {
  const folder = temporaryFolder()
  const isSource = (path: string) => !path.includes(join('web', 'dist'))
  for (const name of SOURCES) cpSync(join(root, name), join(folder, name), { recursive: true, filter: isSource })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

test('serve in a clone where nothing is built builds the pages, and runs as npm start does', async () => {
  const folder = clone()
  const port = await freePort()
  const env = { HOST: '127.0.0.1', PORT: String(port), DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'silent' }
  const { child, ran } = startMartillo(['serve'], env, join(folder, 'src/launch.mjs'))
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await ran
  })
  const page = () =>
    fetch(`http://127.0.0.1:${port}/`).then(
      (response) => response.text(),
      () => '',
    )
  await expect.poll(page, { timeout: 250_000 }).toContain('<!doctype html>')
  expect(existsSync(join(folder, 'web/dist/.built'))).toBe(true)
  expect(commandLines(child.pid!)).toContainEqual(expect.stringContaining('--max-semi-space-size'))
})

/** Of a process's children. */
function commandLines(parent: number): string[] {
  const children = readdirSync(`/proc/${parent}/task`).flatMap((task) =>
    readFileSync(`/proc/${parent}/task/${task}/children`, 'utf8').trim().split(' '),
  )
  return children.filter((pid) => pid !== '').map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
}
