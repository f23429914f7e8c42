import { signal } from '@preact/signals'
import { learn } from '../shared/language.ts'
import { Later } from '../shared/later.tsx'
import { user } from '../shared/session.ts'
import { phase, room } from './room.ts'
import { saleroomWords } from './words.ts'

const isWanted = signal(false)

/** Where people talk the room comes by itself, behind the bidding; to ask the seller, when somebody wants to. */
export function TalkDoor() {
  const { room: settings, seller, status } = room.value!.auction
  if (status === 'draft') return null
  if (isWanted.value || settings.messages !== 'off')
    return phase.value === 'connecting' ? null : <Later load={loadTalk}>{null}</Later>
  const owns = user.value?.id === seller.id || user.value?.role === 'admin'
  if (!settings.ask && !owns) return null
  return (
    <button type="button" class="talk-door" data-testid="talk-door" onClick={() => (isWanted.value = true)}>
      {owns ? saleroomWords.value.theRoom : saleroomWords.value.askSeller}
    </button>
  )
}

/** Its texts first: what is said at once is said aloud too. */
async function loadTalk() {
  await import('./talk-words.ts')
  await learn()
  const { TalkPanel, openTalk } = await import('./talk-panel.tsx')
  if (isWanted.peek()) openTalk()
  return TalkPanel
}
