import { once } from 'node:events'
import { type AddressInfo, type Socket, connect, createServer } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { onTestFinished } from 'vitest'

/** As it stands in front of nodes: each connection goes to the first of them that takes it. Gone after the test. */
export async function openBalancer(nodes: readonly { readonly url: string }[]): Promise<{ readonly url: string }> {
  const open = new Set<Socket>()
  const server = createServer((client) => {
    open.add(client)
    client.on('error', () => {}).once('close', () => open.delete(client))
    void passOn(client, nodes)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.close()
    for (const client of open) client.destroy()
    await once(server, 'close')
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** Whichever side ends, in whichever way, ends the other. */
async function passOn(client: Socket, nodes: readonly { readonly url: string }[]): Promise<void> {
  for (const { url } of nodes) {
    const node = connect(Number(new URL(url).port), '127.0.0.1')
    const isTaken = await once(node, 'connect').then(
      () => true,
      () => false,
    )
    if (!isTaken) continue
    return void (await Promise.allSettled([pipeline(client, node), pipeline(node, client)]))
  }
  client.destroy()
}
