import { Identity } from './identity.tsx'
import { Keys } from './keys.tsx'
import { Sessions } from './sessions.tsx'
import { Told } from './told.tsx'

/** What belongs to the account of whoever is signed in. */
export function Own() {
  return (
    <div class="parts">
      <Told />
      <Identity />
      <Sessions />
      <Keys />
    </div>
  )
}
