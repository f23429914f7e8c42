import { show } from '../shared/frame.tsx'
import { MyBids } from './my-bids.tsx'
import '../style/bids.css'

void show('bids', <MyBids />)
