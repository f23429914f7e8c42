import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { isRoot } from './kit/form.ts'

/** `npm run test:crash`: the crash kit in its long form. With `--require-root` what needs root is never left out. */
const FOR_ROOT = 'power cuts, dead, full, failing and hanging disks (each on a small disk of its own, mounted by loop)'

const required = process.argv.includes('--require-root')
const rest = process.argv.slice(2).filter((argument) => argument !== '--require-root')
if (!isRoot && required) {
  console.error(`Not root, so these cannot be tried: ${FOR_ROOT}`)
  process.exitCode = 1
} else {
  console.log(isRoot ? `As root, with ${FOR_ROOT}` : `Left out, for want of root: ${FOR_ROOT}`)
  const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))
  const config = fileURLToPath(new URL('vitest.config.ts', import.meta.url))
  const command = [process.execPath, vitest, 'run', '--config', config, ...rest]
  // Mounts of a namespace of their own are gone with the last who is in it, however it ends.
  const [program, ...args] = isRoot ? ['unshare', '--mount', ...command] : command
  const child = spawn(program!, args, { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  child.on('exit', (code) => {
    process.exitCode = code ?? 1
  })
}
