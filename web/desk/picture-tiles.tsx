import { useEffect, useRef, useState } from 'preact/hooks'
import { mention } from '../shared/announce.tsx'
import { Icon } from '../shared/icons.tsx'
import { Picture } from '../shared/picture.tsx'
import { form, formKey } from './form.ts'
import { type Upload, dismiss, place, retry, uploads } from './pictures.ts'
import { deskWords } from './words.ts'

/** The pictures in their order, each with its buttons, and after them those on their way. */
export function PictureTiles() {
  const { images } = form.value
  const pending = uploads.value.filter(({ key }) => key === formKey.value)
  const list = useRef<HTMLUListElement>(null)
  const [sought, seek] = useState<string | null>(null)
  // A tile that moves loses the focus; its button gets it back.
  useEffect(() => {
    if (sought === null) return
    list.current?.querySelector<HTMLElement>(sought)?.focus()
    seek(null)
  }, [images, sought])
  const { picture, removedPicture } = deskWords.value
  const move = (from: number, by: 1 | -1) => {
    const moved = [...images]
    moved.splice(from + by, 0, ...moved.splice(from, 1))
    const isAtEnd = from + by === 0 || from + by === images.length - 1
    seek(`[data-at="${from + by}"][data-by="${isAtEnd ? -by : by}"]`)
    place(moved)
    mention('picture', picture(from + by + 1, images.length))
  }
  const remove = (at: number) => {
    const next = Math.min(at, images.length - 2)
    if (next >= 0) seek(`[data-at="${next}"][data-by="0"]`)
    else document.querySelector<HTMLElement>('[data-testid=choose-pictures]')?.focus()
    place(images.filter((_, i) => i !== at))
    mention('picture', removedPicture)
  }
  if (images.length + pending.length === 0) return null
  return (
    <ul class="tiles" ref={list}>
      {images.map((address, i) => (
        <Tile key={address} address={address} at={i} count={images.length} move={move} remove={remove} />
      ))}
      {pending.map((upload) => (
        <PendingTile key={upload.number} upload={upload} />
      ))}
    </ul>
  )
}

type TileProps = {
  readonly address: string
  readonly at: number
  readonly count: number
  readonly move: (from: number, by: 1 | -1) => void
  readonly remove: (at: number) => void
}

function Tile({ address, at, count, move, remove }: TileProps) {
  const { picture, mainPicture, toLeft, toRight, removePicture } = deskWords.value
  return (
    <li class="tile" data-testid="picture">
      <div class="tile-picture">
        <Picture address={address} title={form.value.title || '?'} alt={picture(at + 1, count)} small eager />
        {at === 0 && <span class="tile-main">{mainPicture}</span>}
      </div>
      <div class="tile-acts">
        {at > 0 && (
          <button type="button" aria-label={toLeft(at + 1)} data-at={at} data-by={-1} onClick={() => move(at, -1)}>
            <Arrow way="left" />
          </button>
        )}
        {at < count - 1 && (
          <button type="button" aria-label={toRight(at + 1)} data-at={at} data-by={1} onClick={() => move(at, 1)}>
            <Arrow way="right" />
          </button>
        )}
        <button type="button" aria-label={removePicture(at + 1)} data-at={at} data-by={0} onClick={() => remove(at)}>
          <Icon of="close" />
        </button>
      </div>
    </li>
  )
}

function Arrow({ way }: { readonly way: 'left' | 'right' }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={way === 'left' ? 'M16.5 10h-13M8.5 5l-5 5 5 5' : 'M3.5 10h13M11.5 5l5 5-5 5'} />
    </svg>
  )
}

function PendingTile({ upload }: { readonly upload: Upload }) {
  const { file, ready, part, refusal, mayRetry } = upload
  const { preparingPicture, sendingPicture, dismissPicture, retryPicture, retry: again } = deskWords.value
  const name = file.name
  return (
    <li class={refusal === null ? 'tile sending' : 'tile refused'} data-testid="upload" data-refused={refusal !== null}>
      <div class="tile-picture">
        {ready === null ? <Unseen title={name} /> : <Glimpse picture={ready} />}
        {refusal === null && part !== null && (
          <progress class="tile-progress" value={part} max={1} aria-label={sendingPicture(name)} />
        )}
      </div>
      {refusal === null ? (
        <output class="tile-said">{part === null ? preparingPicture(name) : sendingPicture(name)}</output>
      ) : (
        <>
          <p class="tile-said" role="alert">
            <strong>{name}</strong> {refusal}
          </p>
          <div class="tile-acts">
            {mayRetry && (
              <button type="button" aria-label={retryPicture(name)} data-testid="retry" onClick={() => retry(upload)}>
                {again}
              </button>
            )}
            <button type="button" aria-label={dismissPicture(name)} onClick={() => dismiss(upload)}>
              <Icon of="close" />
            </button>
          </div>
        </>
      )}
    </li>
  )
}

/** Until it can be drawn. */
function Unseen({ title }: { readonly title: string }) {
  return <Picture address={undefined} title={title || '?'} alt="" />
}

const GLIMPSE_PX = 320

/** The picture before it is there, drawn: the page may load none that are not the service's. */
function Glimpse({ picture }: { readonly picture: Blob }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    createImageBitmap(picture, { resizeWidth: GLIMPSE_PX })
      .then((bitmap) => {
        const node = canvas.current
        if (node === null) return
        node.width = bitmap.width
        node.height = bitmap.height
        node.getContext('2d')?.drawImage(bitmap, 0, 0)
        bitmap.close()
      })
      .catch(() => undefined)
  }, [picture])
  return <canvas class="picture" ref={canvas} width={4} height={3} aria-hidden="true" />
}
