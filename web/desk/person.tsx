import { useId, useRef, useState } from 'preact/hooks'
import type { UserView } from '../../src/sdk/index.ts'
import { client } from '../shared/full-client.ts'
import { given } from '../shared/given.ts'
import { mention } from '../shared/announce.tsx'
import { user } from '../shared/session.ts'
import { shortTime } from '../shared/time.ts'
import { Ask } from './ask.tsx'
import { ROLES, change } from './accounts.ts'
import { useReturnedFocus } from './return-focus.ts'
import { deskWords } from './words.ts'

type Asked = 'role' | 'reset' | 'block' | null

/** Whether the house sends mail, as the service wrote it into the page. */
const sendsMail = given<{ readonly mail: boolean }>()?.mail === true

export function Person({ person }: { readonly person: UserView }) {
  const [asked, ask] = useState<Asked>(null)
  const row = useRef<HTMLLIElement>(null)
  useReturnedFocus(row, asked)
  const texts = deskWords.value
  const { displayName, email, role, blocked, createdAt, terms } = person
  const isOneself = person.id === user.value?.id
  return (
    <li class="person" ref={row} tabIndex={-1} data-testid="person" data-email={email}>
      <div>
        <p class="person-name">
          {displayName}
          {isOneself && <span class="tag">{texts.you}</span>}
          {blocked && <span class="tag blocked">{texts.blocked}</span>}
        </p>
        <p class="facts">{email}</p>
      </div>
      <p class={`person-role ${role}`} data-testid="role" data-role={role}>
        {texts.role[role]}
        <span class="facts"> {texts.since(shortTime(createdAt))}</span>
        {terms !== null && (
          <a class="facts" href={`/terms/${terms.version}`} data-testid="accepted-terms">
            {texts.acceptedTerms(terms.version, shortTime(terms.acceptedAt))}
          </a>
        )}
      </p>
      {!isOneself && asked === null && (
        <div class="person-acts">
          <Act name="role" label={texts.changeRoleOf(displayName)} text={texts.changeRole} onPress={ask} />
          {sendsMail && <Act name="reset" label={texts.resetOf(displayName)} text={texts.reset} onPress={ask} />}
          <Act
            name="block"
            label={blocked ? texts.unblockOf(displayName) : texts.blockOf(displayName)}
            text={blocked ? texts.unblock : texts.block}
            grave={!blocked}
            onPress={ask}
          />
        </div>
      )}
      {asked === 'role' && <AskRole person={person} onEnd={() => ask(null)} />}
      {asked === 'reset' && <AskReset person={person} onEnd={() => ask(null)} />}
      {asked === 'block' && <AskBlock person={person} onEnd={() => ask(null)} />}
    </li>
  )
}

type ActProps = {
  readonly name: NonNullable<Asked>
  /** Whose it is, for who hears one button of a list. */
  readonly label: string
  readonly text: string
  readonly grave?: boolean
  readonly onPress: (name: NonNullable<Asked>) => void
}

function Act({ name, label, text, grave = false, onPress }: ActProps) {
  return (
    <button
      type="button"
      class={grave ? 'danger' : 'secondary'}
      data-act={name}
      aria-label={label}
      onClick={() => onPress(name)}
    >
      {text}
    </button>
  )
}

type AskProps = { readonly person: UserView; readonly onEnd: () => void }

function AskRole({ person, onEnd }: AskProps) {
  const [chosen, choose] = useState(person.role)
  const name = useId()
  const { sureRole, yes, role: roles, roleHint, changed } = deskWords.value
  return (
    <Ask
      question={sureRole(person.displayName)}
      yes={yes.role}
      onYes={async () => {
        await change(person.id, { role: chosen })
        mention('person', changed.role(person.displayName, roles[chosen]))
        onEnd()
      }}
      onNo={onEnd}
    >
      <div class="options" role="radiogroup" aria-label={roles[person.role]}>
        {ROLES.map((one) => (
          <label key={one} class="option">
            <input type="radio" name={name} value={one} checked={chosen === one} onChange={() => choose(one)} />
            <span>
              {roles[one]} <span class="facts">{roleHint[one]}</span>
            </span>
          </label>
        ))}
      </div>
    </Ask>
  )
}

function AskReset({ person, onEnd }: AskProps) {
  const { sureReset, yes, changed } = deskWords.value
  const { id, displayName, email } = person
  return (
    <Ask
      question={sureReset(displayName, email)}
      yes={yes.reset}
      onYes={async () => {
        await client.sendPasswordReset(id)
        mention('person', changed.reset(displayName))
        onEnd()
      }}
      onNo={onEnd}
    />
  )
}

function AskBlock({ person, onEnd }: AskProps) {
  const { sureBlock, sureUnblock, yes, changed } = deskWords.value
  const { id, displayName, blocked } = person
  return (
    <Ask
      question={blocked ? sureUnblock(displayName) : sureBlock(displayName)}
      yes={blocked ? yes.unblock : yes.block}
      grave={!blocked}
      onYes={async () => {
        await change(id, { blocked: !blocked })
        mention('person', blocked ? changed.unblock(displayName) : changed.block(displayName))
        onEnd()
      }}
      onNo={onEnd}
    />
  )
}
