import type { ComponentChildren, ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { learn } from './language.ts'
import { words } from './words.ts'

type LaterProps = {
  readonly load: () => Promise<ComponentType>
  /** What is there until then. */
  readonly children?: ComponentChildren
}

/** What is loaded, with its texts, when somebody wants to see it. */
export function Later({ load, children }: LaterProps) {
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
  if (!failed) return children ?? <p class="muted">{words.value.loading}</p>
  return (
    <p class="muted">
      {words.value.notLoaded}{' '}
      <button type="button" class="quiet" onClick={() => fail(false)}>
        {words.value.tryAgain}
      </button>
    </p>
  )
}
