import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** In the attacked service: on SIGURG it collects its garbage, so that what it holds can be told from what it has let go. */
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')
process.on('SIGURG', () => collect())
