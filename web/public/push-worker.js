/** Shows push messages, and says so where a page cannot be reached. It keeps nothing and changes no answer. */

const OFFLINE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>Offline</title></head><body style="font:16px/1.5 system-ui;margin:2rem;max-width:34rem">
<h1>Offline</h1><p>This page cannot be reached now. Prices and bids are not shown, as they could be old. No bid was sent.</p>
<p lang="es">No se puede llegar a esta página ahora. No se muestran precios ni pujas, porque podrían ser antiguos. No se ha enviado ninguna puja.</p>
<p><a href="">Try again · <span lang="es">Intentar de nuevo</span></a></p></body></html>`

self.addEventListener('push', (event) => {
  const { title, body, url, tag } = event.data.json()
  event.waitUntil(self.registration.showNotification(title, { body, tag, renotify: true, data: { url } }))
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const url = new URL(event.notification.data.url, self.location.origin).href
  event.waitUntil(
    self.clients.matchAll({ type: 'window', includeUncontrolled: true }).then((pages) => {
      const open = pages.find((page) => page.url === url)
      return open ? open.focus() : self.clients.openWindow(url)
    }),
  )
})

self.addEventListener('fetch', (event) => {
  if (event.request.mode !== 'navigate') return
  const offline = () => new Response(OFFLINE, { status: 503, headers: { 'content-type': 'text/html; charset=utf-8' } })
  event.respondWith(fetch(event.request).catch(offline))
})
