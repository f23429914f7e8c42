import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { type Plugin, defineConfig } from 'vite'

const pages = ['index', 'auction', 'bids', 'account', 'desk', 'missing']

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

export default defineConfig({
  root: import.meta.dirname,
  plugins: [compressed()],
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
