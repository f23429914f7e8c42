import { useState } from 'preact/hooks'
import { dictionary } from './language.ts'
import type { Texts } from './share-words.en.ts'

const shareWords = dictionary<Texts>((language) => import(`./share-words.${language}.ts`))

type Done = 'nothing' | 'copied' | 'shown'
type ShareProps = { readonly title: string; readonly path: string }

/** By the device's own way to share; where it has none the address is copied, and where it may not be, shown. */
export function Share({ title, path }: ShareProps) {
  const [done, become] = useState<Done>('nothing')
  const { share, copied, address } = shareWords.value
  const url = new URL(path, location.origin).href
  return (
    <div class="share">
      <button
        type="button"
        class="secondary"
        data-testid="share"
        onClick={() => void shareBy({ title, url }).then(become)}
      >
        {share}
      </button>
      <output class="small muted">{done === 'copied' && copied}</output>
      {done === 'shown' && <input readOnly aria-label={address} value={url} ref={(node) => node?.select()} />}
    </div>
  )
}

async function shareBy(what: { title: string; url: string }): Promise<Done> {
  // Neither is there on every browser, nor on pages that came over plain HTTP.
  const { share, clipboard } = navigator as Partial<Navigator>
  if (share !== undefined) {
    await share.call(navigator, what).catch(() => undefined)
    return 'nothing'
  }
  return clipboard === undefined
    ? 'shown'
    : clipboard.writeText(what.url).then(
        () => 'copied',
        () => 'shown',
      )
}
