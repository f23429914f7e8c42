/** Shows push messages, and says so where a page cannot be reached. It keeps nothing and changes no answer. */

/** Written here by the service: what is said in each language. */
const TEXTS = JSON.parse('{}')

function offlinePage() {
  const known = navigator.languages.map((one) => one.slice(0, 2)).find((one) => Object.hasOwn(TEXTS, one))
  const language = known ?? Object.keys(TEXTS)[0]
  const { offline, unreachable, again } = TEXTS[language]
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>${offline}</title></head><body style="font:16px/1.5 system-ui;margin:2rem;max-width:34rem">
<h1>${offline}</h1><p>${unreachable}</p><p><a href="">${again}</a></p></body></html>`
}

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
  const offline = () =>
    new Response(offlinePage(), { status: 503, headers: { 'content-type': 'text/html; charset=utf-8' } })
  event.respondWith(fetch(event.request).catch(offline))
})
