import { type Server, type ServerOptions, createServer } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** For localhost and 127.0.0.1, signed by itself, and known to tests only. */
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgojdrBKp08yq+AW1i
IuTeiLww4GhAvGH69gLxTjkoS7ShRANCAAREuuOstNUaVfccns0ncIdwvJqtZpF2
GZM4nUP+eRIfTtScodD1rkYIOyU04zWa96k1woWg2m0YrciDDw2RFpEw
-----END PRIVATE KEY-----
`
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUcflx4SpV2P6lpPu5JkcfyuE+yrIwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyOTEzNDAyOFoYDzIxMjYxMTA1
MTM0MDI4WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAREuuOstNUaVfccns0ncIdwvJqtZpF2GZM4nUP+eRIfTtScodD1rkYI
OyU04zWa96k1woWg2m0YrciDDw2RFpEwo28wbTAdBgNVHQ4EFgQUhjQkPsgTtVFB
Ew5efpEmeDA1WvwwHwYDVR0jBBgwFoAUhjQkPsgTtVFBEw5efpEmeDA1WvwwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIhAMFWW3PGtHPmMvGbx14RnByxE7rX5nHX9M9h2TNnkH3eAiBR
g0Ev+eYJyfoUUzwEfmfJkEsjVqVagL+WsQVaP24E/w==
-----END CERTIFICATE-----
`

export type OtherSite = { readonly url: string; readonly server: Server; readonly asked: string[] }

/** Another site on https, as far as a test can have one: on loopback. Gone after the test. */
export async function openOtherSite(
  answer: (request: IncomingMessage, reply: ServerResponse) => void,
): Promise<OtherSite> {
  const asked: string[] = []
  const options: ServerOptions = { key: KEY, cert: CERTIFICATE }
  const server = createServer(options, (request, reply) => {
    asked.push(request.url ?? '')
    answer(request, reply)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, server, asked }
}
