import { show } from '../shared/frame.tsx'
import { Account } from './account.tsx'
import '../style/account.css'

void show('account', <Account />)
