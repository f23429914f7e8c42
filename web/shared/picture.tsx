import { useState } from 'preact/hooks'

/** Our own pictures come in two sizes; the small one is named after the large one. */
const OWN = /^(\/images\/[\w-]+)(\.webp)$/

/** Where it is shown from: of pictures of other sites the service keeps a copy, so that no browser calls a site of a seller's choice. */
export function shownAt(address: string, small: boolean): string {
  const size = small ? 'small' : 'large'
  if (!OWN.test(address)) return `/images/copy?size=${size}&of=${encodeURIComponent(address)}`
  return small ? address.replace(OWN, '$1-640$2') : address
}

type PictureProps = {
  readonly address: string | undefined
  readonly title: string
  /** Empty where the title stands beside it. */
  readonly alt: string
  readonly small?: boolean
  readonly eager?: boolean
}

/** A picture that fills its frame; the first letter of the title where there is none, or it is gone. */
export function Picture({ address, title, alt, small = false, eager = false }: PictureProps) {
  const [gone, lose] = useState<string>()
  if (address === undefined || address === gone)
    return (
      <div class="picture letter" role={alt === '' ? undefined : 'img'} aria-label={alt} aria-hidden={alt === ''}>
        {String.fromCodePoint(title.codePointAt(0) ?? 0)}
      </div>
    )
  return (
    <img
      class="picture"
      src={shownAt(address, small)}
      alt={alt}
      loading={eager ? 'eager' : 'lazy'}
      decoding="async"
      onError={() => lose(address)}
    />
  )
}
