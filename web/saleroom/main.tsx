import { learn } from '../shared/language.ts'
import { user } from '../shared/session.ts'
import { show } from '../shared/frame.tsx'
import { enterRoom } from './room.ts'
import { Saleroom } from './saleroom.tsx'
import '../style/saleroom.css'

void show('saleroom', <Saleroom />)
await learn()

const stop = user.subscribe((who) => {
  if (who === undefined) return
  void enterRoom()
  queueMicrotask(() => stop())
})
