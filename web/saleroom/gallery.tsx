import { signal } from '@preact/signals'
import { Picture } from '../shared/picture.tsx'
import { room } from './room.ts'
import { saleroomWords } from './words.ts'

const shown = signal(0)

/** One picture large, the others small below it. */
export function Gallery() {
  const { images, title } = room.value!.auction
  const { picture } = saleroomWords.value
  const index = Math.min(shown.value, Math.max(0, images.length - 1))
  return (
    <div class="gallery">
      <div class="frame">
        <Picture key={images[index]} address={images[index]} title={title} alt={picture(index + 1, title)} eager />
      </div>
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
