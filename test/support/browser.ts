import { execFileSync } from 'node:child_process'
import { createReadStream, createWriteStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { brotliDecompressSync, createBrotliDecompress } from 'node:zlib'
import { chromium } from 'playwright-core'
import type { Browser } from 'playwright-core'
import { keptFolder } from './kept-folder.ts'

const ADVICE = 'install a Chromium and set the variable CHROMIUM to its path'
const packed = join(import.meta.dirname, '..', '..', 'node_modules', '@sparticuz', 'chromium')

/** Without these, a Chromium without a network keeps dialling its maker; hinting would make text widths differ by machine. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--font-render-hinting=none',
]

/** Only the packed font: text has the same size everywhere, and one at all on a machine without fonts. */
function fontsConf(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${folder}/fonts</dir><cachedir>${folder}/font-cache</cachedir></fontconfig>
`
}

async function untar(archive: string, folder: string): Promise<void> {
  const input = brotliDecompressSync(await readFile(archive))
  execFileSync('tar', ['-x', '--no-same-owner', '-C', folder], { input })
}

/** Unpacks browser, libraries and fonts once for each version, and gives their folder. */
async function unpack(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(packed, 'package.json'), 'utf8')) as { version: string }
  return keptFolder(`chromium-${version}`, async (fresh, final) => {
    await untar(join(packed, 'bin', 'al2023.tar.br'), fresh)
    await untar(join(packed, 'bin', 'fonts.tar.br'), fresh)
    await writeFile(join(fresh, 'fonts.conf'), fontsConf(final))
    const binary = createWriteStream(join(fresh, 'chromium'), { mode: 0o700 })
    await pipeline(createReadStream(join(packed, 'bin', 'chromium.br')), createBrotliDecompress(), binary)
  })
}

/** Opens the Chromium named by `CHROMIUM`, else the one that came with the packages. The caller closes it. */
export async function openBrowser(): Promise<Browser> {
  const chosen = process.env['CHROMIUM']
  if (!chosen && !(process.platform === 'linux' && process.arch === 'x64')) {
    throw new Error(`The packed browser is for Linux on x64 only: ${ADVICE}.`)
  }
  try {
    const folder = await unpack()
    const libraries = [join(folder, 'lib'), process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':')
    return await chromium.launch({
      executablePath: chosen ?? join(folder, 'chromium'),
      args: ARGUMENTS,
      env: {
        ...process.env,
        FONTCONFIG_FILE: join(folder, 'fonts.conf'),
        ...(chosen ? {} : { LD_LIBRARY_PATH: libraries }),
      },
    })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    throw new Error(`No browser could be started (${reason}): ${ADVICE}.`, { cause })
  }
}
