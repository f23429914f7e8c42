import { room } from './room.ts'
import { saleroomWords } from './words.ts'

export function Pictures() {
  const { images, title } = room.value!.auction
  if (images.length === 0) return <div class="no-picture" aria-hidden="true" />
  return (
    <div class="pictures">
      {images.map((address, i) => (
        <img
          key={address}
          src={address}
          alt={saleroomWords.value.picture(i + 1, title)}
          loading={i === 0 ? 'eager' : 'lazy'}
          referrerpolicy="no-referrer"
        />
      ))}
    </div>
  )
}
