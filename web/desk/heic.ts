import address from 'libheif-js/libheif-wasm/libheif-bundle.mjs?url'

/** What we use of libheif, which comes with its WebAssembly when the first HEIC is chosen. */
type Decoded = {
  get_width(): number
  get_height(): number
  display(into: ImageData, done: (shown: ImageData | null) => void): void
  free(): void
}
type Libheif = { readonly HeifDecoder: new () => { decode(bytes: Uint8Array): readonly Decoded[] } }
type Bundle = { readonly default: () => Libheif | Promise<Libheif> }

let loading: Promise<Libheif> | null = null

function load(): Promise<Libheif> {
  loading ??= import(/* @vite-ignore */ address)
    .then(async (bundle: Bundle) => bundle.default())
    .catch((error: unknown) => {
      loading = null
      throw error
    })
  return loading
}

/** The picture of a HEIC file, upright. Throws where there is none. */
export async function decodeHeic(file: Blob): Promise<ImageBitmap> {
  const native = await createImageBitmap(file).catch(() => null)
  if (native !== null) return native
  const { HeifDecoder } = await load()
  const [picture, ...others] = new HeifDecoder().decode(new Uint8Array(await file.arrayBuffer()))
  for (const other of others) other.free()
  if (picture === undefined) throw new Error('no picture in it')
  try {
    const pixels = new ImageData(picture.get_width(), picture.get_height())
    await new Promise<void>((resolve, reject) => {
      picture.display(pixels, (shown) => (shown === null ? reject(new Error('could not be decoded')) : resolve()))
    })
    return await createImageBitmap(pixels)
  } finally {
    picture.free()
  }
}
