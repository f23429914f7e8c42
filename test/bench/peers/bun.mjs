/** Bun's own publish to a topic, the native bound of a fan-out. Each line of its input is sent to everybody. */
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: (request, bun) => (bun.upgrade(request) ? undefined : new Response('upgrade', { status: 400 })),
  websocket: { open: (socket) => socket.subscribe('room'), message() {}, perMessageDeflate: false },
})
console.log(server.port)
for await (const line of console) server.publish('room', line)
