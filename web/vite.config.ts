import { createHash } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { type LibraryOptions, type Plugin, type Rolldown, build, defineConfig } from 'vite'
import { languageCodes } from '../src/languages/list.ts'

const pages = ['index', 'auction', 'film', 'bids', 'account', 'desk', 'lend', 'missing', 'text', 'docs']

/** The browsers of the last four years: what their style sheets lack is written out for them. */
const TARGET = ['chrome108', 'firefox108', 'safari16.2']
/** The first that know `light-dark()`: a stand-in for it would not do inside an embed. */
const EMBED_TARGET = ['chrome123', 'firefox120', 'safari17.5']

/** An import by the language becomes one of each file, so that all are built. */
function everyLanguage(): Plugin {
  return {
    name: 'every-language',
    enforce: 'pre',
    transform: (code) =>
      code.includes('${language}.ts`)')
        ? code.replace(/import\(`([^`]+)\$\{language\}\.ts`\)/, (_, base: string) => {
            const files = languageCodes.map((one) => `${one}: () => import('${base}${one}.ts')`)
            return `({ ${files.join(', ')} })[language]()`
          })
        : null,
  }
}

const TEXTS = /^(.*)\.([a-z]{2})\.ts$/
const EACH_IMPORTED = /\{(?:[a-z]{2}:\(\)=>import\("\.\/([\w.-]+)"\),?)+\}\[(\w+)\]\(\)/g

/**
 * Texts of one place get one hash for all languages, `words-XXXXXXXX.de.js`, so that a page need not hold a name for each.
 * It is made of their own hashes, on which that of whatever imports them depends already.
 */
function namesByLanguage(bundle: Rolldown.OutputBundle): Map<string, string> {
  const chunks = Object.values(bundle).flatMap((one) => {
    const [, place, language] = TEXTS.exec(one.type === 'chunk' ? (one.facadeModuleId ?? '') : '') ?? []
    return place === undefined ? [] : [{ place, language, fileName: one.fileName }]
  })
  return new Map(
    [...Map.groupBy(chunks, ({ place }) => place)].flatMap(([place, ofPlace]) => {
      const all = ofPlace.map(({ fileName }) => fileName).toSorted()
      const hash = createHash('sha256').update(all.join()).digest('base64url').slice(0, 8)
      return ofPlace.map(({ fileName, language }) => [fileName, `assets/${basename(place)}-${hash}.${language}.js`])
    }),
  )
}

/** What imports texts asks for those of a language by its code. */
function oneNameForTexts(): Plugin {
  return {
    name: 'one-name-for-texts',
    writeBundle({ dir }, bundle) {
      const names = namesByLanguage(bundle)
      const renamed = (text: string) => [...names].reduce((all, [from, to]) => all.replaceAll(from, to), text)
      const rewrite = (file: string, change: (text: string) => string) =>
        writeFileSync(join(dir!, file), change(readFileSync(join(dir!, file), 'utf8')))
      rewrite('manifest.json', renamed)
      for (const { fileName } of Object.values(bundle))
        if (fileName.endsWith('.js'))
          rewrite(fileName, (code) =>
            code.replaceAll(EACH_IMPORTED, (_, file: string, language: string) => {
              const [base] = names.get(`assets/${file}`)!.split('.')
              return `import(\`./${basename(base!)}.\${${language}}.js\`)`
            }),
          )
      for (const [from, to] of names) {
        renameSync(join(dir!, from), join(dir!, to))
        bundle[from]!.fileName = to
      }
    },
  }
}

/** Everything that is text lies ready in both encodings: the service compresses nothing while it serves. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    writeBundle({ dir }, bundle) {
      for (const { fileName } of Object.values(bundle)) {
        if (!/\.(m?js|css|svg)$/.test(fileName)) continue
        const path = join(dir!, fileName)
        const source = readFileSync(path)
        writeFileSync(`${path}.br`, brotliCompressSync(source))
        writeFileSync(`${path}.gz`, gzipSync(source, { level: 9 }))
      }
    },
  }
}

const WRAPPED = /__vitePreload\(\(\) => (import\("[^"]+"\)), __VITE_PRELOAD__\)/g
const WRAPPED_NAMES =
  /__vitePreload\(async \(\) => \{\s*const \{[^}]*\} = await (import\("[^"]+"\));\s*return \{[^}]*\};\s*\}, __VITE_PRELOAD__\)/g

/**
 * What is loaded later has no style of its own, so nothing is to be loaded with it. The bundler's own way to do that is
 * larger than most of what is loaded by it: an import is an import.
 */
function plainImports(): Plugin {
  return {
    name: 'plain-imports',
    enforce: 'pre',
    load: (id) => (id.includes('vite/preload-helper') ? 'export const __vitePreload = (load) => load()' : null),
    renderChunk: (code) =>
      code.replaceAll(WRAPPED_NAMES, '$1').replaceAll(WRAPPED, '$1').replaceAll(', __VITE_PRELOAD__)', ')'),
  }
}

/** libheif is passed on as it came, and its licence (LGPL-3.0) beside it. */
function licences(): Plugin {
  return {
    name: 'licences',
    generateBundle() {
      const licence = new URL('../node_modules/libheif-js/libheif-wasm/LICENSE', import.meta.url)
      this.emitFile({ type: 'asset', fileName: 'assets/libheif-LICENSE.txt', source: readFileSync(licence) })
    },
  }
}

/** What other sites load is one file each, under a name that stays. */
function forOthers(): Plugin {
  const one = (lib: LibraryOptions & { entry: string }) =>
    build({
      root: import.meta.dirname,
      configFile: false,
      logLevel: 'warn',
      plugins: [everyLanguage(), compressed()],
      build: {
        outDir: 'dist',
        cssTarget: EMBED_TARGET,
        emptyOutDir: false,
        copyPublicDir: false,
        sourcemap: lib.formats![0] === 'es',
        rolldownOptions: { output: { codeSplitting: false } },
        lib,
      },
    })
  return {
    name: 'for-others',
    async closeBundle() {
      await one({ entry: 'embed/main.tsx', name: 'martillo', formats: ['iife'], fileName: () => 'embed.js' })
      await one({ entry: 'client.ts', formats: ['es'], fileName: () => 'client.js' })
    },
  }
}

const SHARED =
  /preload-helper|node_modules\/(preact|@preact)|src\/(codes|sdk\/(?!client|account-client|catalogue|following|notices|proof|poll-|talk))|web\/shared\/(?!.*\.[a-z]{2}\.ts|full-client|keys|ledger|parse-money|receipts|refusals|rules|share|sound|star|steps|watched)/
const SALEROOM =
  /web\/(saleroom\/(?!chart|conditions|lower-|moment|proof|answers|answer-|after|next-|words\.[a-z]{2}\.|falling[.-](?!ts)|main|offer|bid-button|amount|quick|confirm|consent|focus|full-|turned-|own-void|single-|armed|bidding|talk(?!-door)|lot-star))/

export default defineConfig({
  root: import.meta.dirname,
  plugins: [everyLanguage(), plainImports(), licences(), oneNameForTexts(), compressed(), forOthers()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // Which file is which after the build: the service preloads the texts of the reader's language.
    manifest: 'manifest.json',
    // The policy of the pages allows nothing inline.
    assetsInlineLimit: 0,
    target: TARGET,
    cssTarget: TARGET,
    modulePreload: false,
    // Two per cent less than the bundler's own, and every byte is on somebody's telephone.
    minify: 'terser',
    terserOptions: { module: true, ecma: 2020, compress: { passes: 4, unsafe_arrows: true } },
    rolldownOptions: {
      input: pages.map((page) => `${page}.html`),
      // Whoever starts the service for the first time has no use for how long a plugin took.
      checks: { bundlerTimings: false },
      // What a page does not use of the SDK is left out.
      treeshake: { moduleSideEffects: (id) => !id.includes('/src/') },
      // One file for what every page shares: many small ones compress worse.
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            { name: 'shared', test: SHARED },
            { name: 'saleroom', test: SALEROOM },
            { name: 'watched', test: /web\/shared\/(star|watched)/ },
            { name: 'lots', test: /web\/catalogue\/(?!main|mine|following|words\.[a-z]{2}\.)/ },
          ],
        },
      },
    },
  },
})
