import { show } from '../shared/frame.tsx'
import { Desk } from './desk.tsx'
import '../style/desk.css'

void show('desk', <Desk />)
