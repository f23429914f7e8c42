import { Client, type ImageView } from '../../src/sdk/index.ts'
import { client as bidder } from '../shared/session.ts'

/** Sends a picture, and tells how much of it has gone, from 0 to 1. */
export async function sendPicture(picture: Blob, tell: (part: number) => void): Promise<ImageView> {
  const client = new Client(location.origin, { session: bidder.session, fetch: telling(tell) })
  return client.upload(picture)
}

/** A `fetch` that tells how far its body has come, which only XMLHttpRequest knows. */
function telling(tell: (part: number) => void): typeof fetch {
  return (input, init = {}) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest()
      const fail = () => reject(new TypeError('no answer'))
      request.open(init.method ?? 'GET', input instanceof Request ? input.url : input)
      request.responseType = 'text'
      for (const [name, value] of new Headers(init.headers)) request.setRequestHeader(name, value)
      request.upload.addEventListener('progress', ({ loaded, total }) => tell(total === 0 ? 0 : loaded / total))
      request.addEventListener('error', fail)
      request.addEventListener('abort', fail)
      init.signal?.addEventListener('abort', () => request.abort())
      request.addEventListener('load', () => {
        const headers = request.getAllResponseHeaders().trim().split(/\r\n/)
        const pairs = headers.map((line) => [
          line.slice(0, line.indexOf(':')),
          line.slice(line.indexOf(':') + 1).trim(),
        ])
        const body = request.status === 204 ? null : request.responseText
        resolve(new Response(body, { status: request.status, headers: pairs as [string, string][] }))
      })
      request.send((init.body ?? null) as XMLHttpRequestBodyInit | null)
    })
}
