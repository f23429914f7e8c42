import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { type Plugin, build, defineConfig } from 'vite'

const pages = ['index', 'auction', 'bids', 'account', 'desk', 'lend', 'missing']

/** Everything that is text lies ready in both encodings: the service compresses nothing while it serves. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    writeBundle({ dir }, bundle) {
      for (const { fileName } of Object.values(bundle)) {
        if (!/\.(js|css|svg)$/.test(fileName)) continue
        const path = join(dir!, fileName)
        const source = readFileSync(path)
        writeFileSync(`${path}.br`, brotliCompressSync(source))
        writeFileSync(`${path}.gz`, gzipSync(source, { level: 9 }))
      }
    },
  }
}

/** What other sites load is one file of its own, under a name that stays. */
function embed(): Plugin {
  return {
    name: 'embed',
    async closeBundle() {
      await build({
        root: import.meta.dirname,
        configFile: false,
        logLevel: 'warn',
        plugins: [compressed()],
        build: {
          outDir: 'dist',
          emptyOutDir: false,
          copyPublicDir: false,
          lib: { entry: 'embed/main.tsx', name: 'martillo', formats: ['iife'], fileName: () => 'embed.js' },
        },
      })
    },
  }
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [compressed(), embed()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // Which file is which after the build: the service preloads the texts of the reader's language.
    manifest: 'manifest.json',
    // The policy of the pages allows nothing inline.
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: { input: pages.map((page) => `${page}.html`) },
  },
})
