import { expect, onTestFinished, test } from 'vitest'
import { startMartillo } from '../support/command.ts'
import { freePort } from '../support/process.ts'
import { openHouse, temporaryFolder } from '../support/service.ts'
import { ask } from './support.ts'

type Line = { level: number; msg: string; [name: string]: unknown }

test('the log says what runs, what was changed by whom, who failed to sign in, and why it stopped', async () => {
  const dataDir = temporaryFolder()
  const admin = { ADMIN_EMAIL: 'admin@house.example', ADMIN_PASSWORD: 'a password of the house' }
  const port = await freePort()
  const env = { ...admin, HOST: '127.0.0.1', PORT: String(port), DATA_DIR: dataDir, LOG_LEVEL: 'info' }
  const { child, ran } = startMartillo(['serve'], env)
  onTestFinished(() => void child.kill('SIGKILL'))
  const url = `http://127.0.0.1:${port}`
  const isReady = () =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
  await expect.poll(isReady).toBe(true)
  const session = { email: admin.ADMIN_EMAIL, password: admin.ADMIN_PASSWORD }
  const { json } = await ask(url, 'POST /v1/sessions', { body: session })
  await ask(url, 'POST /v1/sessions', { body: { ...session, password: 'guessed' } })
  const lot = { title: 'A lot', currency: 'EUR', terms: { startPrice: 100 }, durationSeconds: 60 }
  const made = await ask(url, 'POST /v1/auctions', { token: json.accessToken, body: lot })
  await ask(url, `GET /v1/auctions/${made.json.id}`)
  child.kill('SIGTERM')
  const { out } = await ran
  const lines = out
    .trim()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line)
  const [first, last] = [lines[0]!, lines.at(-1)!]
  expect(first).toMatchObject({ msg: 'Martillo starts', version: expect.any(String), settings: { WATCHING: 'public' } })
  expect(last).toMatchObject({ msg: 'Martillo stops', reason: 'restart, come back' })
  expect(lines.find(({ msg }) => msg === 'a sign-in failed')).toMatchObject({ level: 40, address: '127.0.0.1' })
  const requests = lines.filter(({ msg }) => msg === 'request')
  expect(requests.map(({ method, route, status }) => [method, route, status].join(' '))).toEqual([
    'POST /v1/sessions 201',
    'POST /v1/sessions 401',
    'POST /v1/auctions 201',
  ])
  expect(requests[2]).toMatchObject({
    reqId: made.headers.get('x-request-id'),
    userId: json.user.id,
    durationMs: expect.any(Number),
  })
  for (const secret of [admin.ADMIN_PASSWORD, 'guessed', json.accessToken, admin.ADMIN_EMAIL])
    expect(out).not.toContain(secret)
})

test('metrics: requests by route and status, refused bids by code, sign-ins, sizes and the build', async () => {
  const house = await openHouse({ METRICS_TOKEN: 'a-token-of-the-operator' })
  const [ana, id] = [await house.person(), await house.auction()]
  await ana.bid(id, { amount: 1 }).catch(() => undefined)
  await ask(house.url, 'GET /v1/auctions/nothing')
  await ask(house.url, 'POST /v1/sessions', { body: { email: 'x@people.example', password: 'guessed' } })
  const { text } = await ask(house.url, 'GET /metrics', { token: 'a-token-of-the-operator' })
  for (const line of [
    'martillo_http_requests_total{method="GET",route="/v1/auctions/:id",status="404"} 1',
    'martillo_refused_bids_total{code="bid_too_low"} 1',
    'martillo_sign_ins_total{result="refused"} 1',
  ])
    expect(text).toContain(line)
  expect(text).toMatch(/^martillo_build_info\{version="[\d.]+",node="[\d.]+"\} 1$/m)
  for (const of of ['database', 'wal', 'free'])
    expect(Number(new RegExp(`^martillo_bytes\\{of="${of}"\\} (.*)$`, 'm').exec(text)![1]) % 1_048_576).toBe(0)
  expect(text).not.toMatch(/route="[^"]*bids"/)
})
