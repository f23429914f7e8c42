import { useEffect, useRef } from 'preact/hooks'
import { Icon } from '../shared/icons.tsx'
import { Picture } from '../shared/picture.tsx'
import { isFull, shown } from './gallery.tsx'
import { room } from './room.ts'
import { saleroomWords } from './words.ts'

/** All pictures, whole, one a screen: swiped, or walked through with the arrows; Escape leads back. */
export function FullPictures() {
  const { images, title } = room.value!.auction
  const { picture, dismiss } = saleroomWords.value
  const dialog = useRef<HTMLDialogElement>(null)
  const list = useRef<HTMLUListElement>(null)
  useEffect(() => {
    dialog.current!.showModal()
    list.current!.children[shown.peek()]?.scrollIntoView()
  }, [])
  const walk = (by: number) => {
    const { clientWidth } = list.current!
    list.current!.scrollBy({ left: by * clientWidth })
  }
  return (
    <dialog
      class="lightbox"
      ref={dialog}
      data-testid="full"
      aria-label={title}
      onClose={() => (isFull.value = false)}
      onKeyDown={({ key }) => {
        if (key === 'ArrowRight') walk(1)
        if (key === 'ArrowLeft') walk(-1)
      }}
    >
      <ul
        ref={list}
        onScroll={({ currentTarget: { scrollLeft, clientWidth } }) => {
          // Behind the close it has no width, and tells of nothing.
          if (clientWidth > 0) shown.value = Math.round(scrollLeft / clientWidth)
        }}
      >
        {images.map((address, i) => (
          <li key={address}>
            <Picture address={address} title={title} alt={picture(i + 1, title)} />
          </li>
        ))}
      </ul>
      <button type="button" aria-label={dismiss} onClick={() => dialog.current!.close()}>
        <Icon of="close" />
      </button>
    </dialog>
  )
}
