import { Client } from '../../src/sdk/index.ts'
import { client as bidder } from './session.ts'

/** All that sellers and admins can do, signed in as everywhere on these pages. */
export const client = new Client(location.origin, { session: bidder.session })
