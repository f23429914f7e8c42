import { signal } from '@preact/signals'
import { Picture } from '../shared/picture.tsx'
import { Later } from '../shared/later.tsx'
import { room } from './room.ts'
import { saleroomWords } from './words.ts'

export const shown = signal(0)
export const isFull = signal(false)

const loadFull = () => import('./full-pictures.tsx').then(({ FullPictures }) => FullPictures)

/** One picture large, the others small below it. */
export function Gallery() {
  const { images, title } = room.value!.auction
  const { picture, enlarge } = saleroomWords.value
  const index = Math.min(shown.value, Math.max(0, images.length - 1))
  return (
    <div class="gallery">
      <div class="frame">
        {images.length === 0 ? (
          <Picture address={undefined} title={title} alt="" eager />
        ) : (
          <button
            type="button"
            class="enlarge"
            data-testid="enlarge"
            aria-label={enlarge(index + 1, title)}
            onClick={() => (isFull.value = true)}
          >
            <Picture key={images[index]} address={images[index]} title={title} alt={picture(index + 1, title)} eager />
          </button>
        )}
      </div>
      {isFull.value && <Later load={loadFull}>{null}</Later>}
      {images.length > 1 && (
        <ul class="thumbs">
          {images.map((address, i) => (
            <li key={address}>
              <button
                type="button"
                aria-label={picture(i + 1, title)}
                aria-pressed={i === index}
                onClick={() => (shown.value = i)}
              >
                <Picture address={address} title={title} alt="" small />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
