import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { learn } from '../shared/language.ts'
import { words } from '../shared/words.ts'

type PartProps = { readonly load: () => Promise<ComponentType> }

/** A part of the desk that is loaded, with its texts, when somebody goes there. The saleroom's own is in the saleroom's file. */
export function Part({ load }: PartProps) {
  const [Loaded, set] = useState<ComponentType | null>(null)
  const [failed, fail] = useState(false)
  useEffect(() => {
    if (failed) return
    load()
      .then(async (loaded) => {
        await learn()
        set(() => loaded)
      })
      .catch(() => fail(true))
  }, [load, failed])
  if (Loaded !== null) return <Loaded />
  if (!failed) return <p class="muted">{words.value.loading}</p>
  return (
    <div class="alert" role="alert">
      <p>{words.value.notLoaded}</p>
      <button type="button" class="secondary" onClick={() => fail(false)}>
        {words.value.tryAgain}
      </button>
    </div>
  )
}
