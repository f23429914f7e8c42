import { show } from '../shared/frame.tsx'
import { Desk } from './desk.tsx'
import { learnTime } from './service-clock.ts'
import '../style/desk.css'

void learnTime().catch(() => undefined)
void show('desk', <Desk />)
