import { show } from '../shared/frame.tsx'
import { Catalogue } from './catalogue.tsx'
import { followSale } from './following.ts'
import '../style/catalogue.css'

void show('catalogue', <Catalogue />)
followSale()
