import { show } from '../shared/frame.tsx'
import { Catalogue } from './catalogue.tsx'
import '../style/catalogue.css'

void show('catalogue', <Catalogue />)
