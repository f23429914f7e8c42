import { show } from '../shared/frame.tsx'

void show('film', null)
