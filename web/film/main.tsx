import { show } from '../shared/frame.tsx'
import { Film } from './film.tsx'
import '../style/film.css'

void show('film', <Film />)
