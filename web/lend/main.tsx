import { effect } from '@preact/signals'
import { house } from '../shared/house.ts'
import { learn } from '../shared/language.ts'
import { show } from '../shared/frame.tsx'
import { Lend } from './lend.tsx'
import { lendWords } from './words.ts'
import '../style/account.css'

void show('lend', <Lend />)
await learn()
effect(() => {
  document.title = `${lendWords.value.title} – ${house}`
})
