import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { learn } from '../shared/language.ts'
import { words } from '../shared/words.ts'

/** What is loaded, with its texts, when somebody wants to see it. */
export function Later({ load }: { readonly load: () => Promise<ComponentType> }) {
  const [Loaded, set] = useState<ComponentType | null>(null)
  const [failed, fail] = useState(false)
  useEffect(() => {
    load()
      .then(async (loaded) => {
        await learn()
        set(() => loaded)
      })
      .catch(() => fail(true))
  }, [load])
  if (Loaded !== null) return <Loaded />
  return <p class="muted">{failed ? words.value.notLoaded : words.value.loading}</p>
}
