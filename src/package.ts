import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { version } from './config/version.ts'

/**
 * Makes the two packages whole, in dist/martillo and dist/client. What is published or packed is one of these folders, never
 * the clone, which has no version: npm packs nothing that was not built.
 */

type Manifest = Readonly<Record<string, unknown>>

const root = join(import.meta.dirname, '..')
const OF_ALL = ['LICENSE', 'CHANGELOG.md']

function manifestAt(folder: string): Manifest {
  const { private: _, ...manifest } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest
  return { ...manifest, version }
}

function finish(name: string, manifest: Manifest, files: readonly string[]): void {
  const folder = join(root, 'dist', name)
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    cpSync(join(root, file), join(folder, file), { recursive: true })
  }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
}

const { workspaces: _, scripts: __, devDependencies: ___, ...server } = manifestAt('.')
finish('martillo', { ...server, bin: { martillo: 'src/launch.mjs' }, engines: { node: '>=24' } }, [
  ...OF_ALL,
  'README.md',
  'docs/channel.md',
  'docs/deploy.md',
  'docs/ledger.md',
  'docs/rules.md',
  'migrations',
  'src/launch.mjs',
  'web/dist',
])

const entry = (name: string) => ({ types: `./types/sdk/${name}.d.ts`, default: `./${name}.js` })
finish(
  'client',
  {
    ...manifestAt('src/sdk'),
    exports: { '.': entry('index'), './proof': entry('proof'), './package.json': './package.json' },
    sideEffects: false,
  },
  OF_ALL,
)
cpSync(join(root, 'src/sdk/README.md'), join(root, 'dist/client/README.md'))
