#!/usr/bin/env node
/**
 * Starts Martillo under the right Node, and installs what is missing on first use.
 * Plain JavaScript, because it must run on Node 20 and before anything is installed.
 *
 *   launch.mjs start | test | test:crash | test:fuzz | test:hostile | test:nodes | budgets | check | build | pack | bench | screenshots [arguments]  the npm scripts
 *   launch.mjs [anything else]                                                                       the command line, src/cli.ts
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import module from 'node:module'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const NODE_MAJOR_MIN = 24
const root = dirname(dirname(realpathSync(fileURLToPath(import.meta.url))))
const at = (...path) => join(root, ...path)
// npm never publishes a lock file: where one stands, this is a clone, with sources and tests.
const isClone = existsSync(at('package-lock.json'))

const readPackages = (...path) => JSON.parse(readFileSync(at(...path), 'utf8')).packages

/** What npm has installed; a half-finished install has no record of its own yet. */
function installed() {
  return existsSync(at('node_modules', '.package-lock.json')) ? readPackages('node_modules', '.package-lock.json') : {}
}

/** Whether the packages were installed without those that only building and testing need (`npm ci --omit=dev`). */
function isWithoutTools(present) {
  return Object.keys(present).length > 0 && !present['node_modules/vite']
}

/** True when every package of the lock file that is needed is there in its version. */
function isInstalled(present, omitDev) {
  return Object.entries(readPackages('package-lock.json')).every(([path, { version, optional, dev }]) => {
    if (!path.startsWith('node_modules/') || (omitDev && dev)) return true
    if (!present[path]) return optional === true
    return present[path].version === version && existsSync(at(path, 'package.json'))
  })
}

/** Installs what is missing. To run the service takes no tools, where it was installed without them. */
function install(runs) {
  const present = installed()
  const omitDev = runs && isWithoutTools(present)
  if (isInstalled(present, omitDev)) return
  console.log('Installing (first start, about half a minute) …')
  const flags = ['--ignore-scripts', omitDev ? '--omit=dev' : '--include=dev', '--include=optional']
  const { status, error } = spawnSync('npm', ['ci', ...flags], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  if (error) fail(`Martillo could not run npm: ${error.message}`)
  if (status !== 0) fail('Martillo could not install its packages: see the lines above, then try again.')
}

/** The path of a Node that is new enough: this one, else the one that came with the packages. */
function findNode() {
  if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR_MIN) return process.execPath
  const bundled = at('node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node')
  if (isClone && existsSync(bundled)) return bundled
  return fail(
    `Martillo needs Node.js ${NODE_MAJOR_MIN} or newer, and this is ${process.versions.node}: install it from https://nodejs.org`,
  )
}

/** A SIGTERM to npm ends the shell between it and us, and never comes here: the loss of the parent stands for it. */
function whenOrphaned(call) {
  const parent = process.ppid
  if (process.env.npm_lifecycle_event === undefined) return undefined
  return setInterval(() => process.ppid !== parent && call(), 500)
}

// glibc keeps what it was given back in an arena for each thread, and large blocks ever more of it; V8 lets what is
// young grow to 128 MiB. The service holds a fifth less without.
const SPARING = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072' }
const SMALL_NURSERY = '--max-semi-space-size=8'

/** Runs one file to its end and gives its exit code; a signal that comes meanwhile is passed on. */
function run(file, args = [], cwd = process.cwd(), settings = {}) {
  const path = `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`
  const env = { ...SPARING, ...process.env, ...settings, PATH: path }
  const child = spawn(node, [SMALL_NURSERY, at(file), ...args], { cwd, stdio: 'inherit', env })
  const passed = new Set()
  const pass = (signal) => {
    // A terminal gives Ctrl-C to the child itself, and npm sends it here once more: a second one would cut a clean shutdown short.
    if (passed.has(signal) || (signal === 'SIGINT' && process.stdin.isTTY)) return
    passed.add(signal)
    child.kill(signal)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, pass)
  const orphaned = whenOrphaned(() => pass('SIGTERM'))
  return new Promise((resolve) => {
    child.once('error', (error) => fail(`Martillo could not start ${node}: ${error.message}`))
    child.once('exit', (code, signal) => {
      for (const name of signals) process.off(name, pass)
      clearInterval(orphaned)
      resolve(signal ? 128 + constants.signals[signal] : code)
    })
  })
}

/** Newest change below a path, in ms; a folder counts too, since a deleted file changes only that. */
function changedAt(path) {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) return 0
  if (!stat.isDirectory()) return stat.mtimeMs
  const inside = readdirSync(path).filter((name) => name !== 'dist' && name !== 'node_modules')
  return Math.max(stat.mtimeMs, ...inside.map((name) => changedAt(join(path, name))))
}

async function buildPages() {
  const sources = [
    'web',
    'src/sdk',
    'src/domain',
    'src/languages',
    'src/protocol.ts',
    'src/codes.ts',
    'package-lock.json',
  ]
  const built = at('web', 'dist', '.built')
  if (!existsSync(at('web', 'vite.config.ts'))) return 0
  if (Math.max(...sources.map((source) => changedAt(at(source)))) <= changedAt(built)) return 0
  if (!existsSync(at('node_modules', 'vite')))
    fail('The pages are not built, or are older than their sources: run npm run build, which installs what it needs.')
  rmSync(built, { force: true })
  console.log('Building the pages …')
  // Where tests start the service it would else be a build for developers, half as large again.
  const settings = { NODE_ENV: 'production' }
  const code = await run('node_modules/vite/bin/vite.js', ['build', 'web', '--logLevel', 'warn'], root, settings)
  if (code === 0) writeFileSync(built, '')
  return code
}

/** Runs the steps in order up to the first that fails, and gives its exit code. */
async function inOrder(...steps) {
  for (const step of steps) {
    const code = await step()
    if (code !== 0) return code
  }
  return 0
}

/** npm runs a script in the package's folder: file names are meant from where the caller stands. */
function standWithCaller() {
  if (process.env.npm_lifecycle_event === 'martillo' && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD)
}

/**
 * Runs the command line in this very process where its Node will do. It is compiled once, into our own folder: in that of
 * all users somebody else could put what runs here. Where that cannot be written to, each start compiles.
 */
async function command(file, args) {
  standWithCaller()
  const compiled = isClone ? at('node_modules', '.cache', 'martillo') : at('.cache')
  if (node !== process.execPath)
    return run(file, args, process.cwd(), { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? compiled })
  process.argv = [node, at(file), ...args]
  module.enableCompileCache?.(compiled)
  await import(pathToFileURL(at(file)).href)
}

function fail(sentence) {
  console.error(sentence)
  process.exit(1)
}

const [verb = '', ...rest] = process.argv.slice(2)
const tool =
  (file, ...args) =>
  () =>
    run(`node_modules/${file}`, args, root)
const removeEmitted = () => {
  rmSync(at('dist'), { recursive: true, force: true })
  return 0
}
const emit = (project) => tool('typescript/bin/tsc', '--project', project)
const build = () =>
  inOrder(
    buildPages,
    removeEmitted,
    emit('tsconfig.build.json'),
    emit('src/sdk/tsconfig.json'),
    tool('vite/bin/vite.js', 'build', 'src/sdk'),
    () => run('src/package.ts'),
  )
/** Both packages as npm would publish them, in the folder `dist`. */
function packed() {
  const folders = ['./dist/martillo', './dist/client']
  const { status, error } = spawnSync('npm', ['pack', ...folders, '--pack-destination', 'dist'], {
    cwd: root,
    stdio: 'inherit',
  })
  if (error) fail(`Martillo could not run npm: ${error.message}`)
  return status
}
const verbs = {
  start: () => inOrder(buildPages, () => run('src/start.ts', rest)),
  test: () => inOrder(buildPages, tool('vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts', ...rest)),
  check: () =>
    inOrder(
      tool('typescript/bin/tsc', '--noEmit'),
      tool('oxlint/bin/oxlint', '--type-aware', '--deny-warnings'),
      tool('oxfmt/bin/oxfmt', '--check', ...rest),
    ),
  build,
  pack: () => inOrder(build, packed),
  screenshots: () => inOrder(buildPages, () => run('test/browser/screenshots.ts', rest)),
  'test:fuzz': tool('vitest/vitest.mjs', 'run', '--config', 'test/fuzz/vitest.config.ts', ...rest),
  'test:crash': () => run('test/crash/main.ts', rest),
  'test:hostile': tool('vitest/vitest.mjs', 'run', '--config', 'test/hostile/vitest.config.ts', ...rest),
  'test:nodes': tool('vitest/vitest.mjs', 'run', '--config', 'test/nodes/vitest.config.ts', ...rest),
  budgets: () =>
    inOrder(buildPages, tool('vitest/vitest.mjs', 'run', '--config', 'test/budgets/vitest.config.ts', ...rest)),
  bench: () => run('test/bench/main.ts', rest),
}

if (isClone) install(!Object.hasOwn(verbs, verb))
const node = findNode()
const cli = isClone ? 'src/cli.ts' : 'dist/cli.js'
/** In a process of its own, with its settings of memory; from a clone with its pages. */
const serve = () => {
  standWithCaller()
  return inOrder(isClone ? buildPages : () => 0, () => run(cli, process.argv.slice(2)))
}
const wanted = verb === 'serve' ? serve : isClone && Object.hasOwn(verbs, verb) ? verbs[verb] : undefined
const code = await (wanted ? wanted() : command(cli, process.argv.slice(2)))
// Undefined: the command line ran in this process and sets its own.
if (code !== undefined) process.exitCode = code
