import { ADMIN } from '../support/people.ts'
import { type ClockedHouse, openClockedHouse } from '../support/clocked-house.ts'
import { Observer, send } from './observer.ts'
import { TwinPost, addressOf } from './twin-post.ts'

/** The one script that everyone sees, and what nobody but its owner may know. */

export type Secrets = {
  /** Ana's maxima in the four lots; whatever they are, she leads at what the others make her pay. */
  readonly maxima: readonly [number, number, number]
  /** How she raises in between: `{ lot, by }`, silently, each at its place in the script. */
  readonly raises: Readonly<Record<string, readonly number[]>>
  readonly reserves: readonly [number, number]
  readonly draftReserve: number
  readonly keys: string
}

export type Transcript = {
  readonly of: Readonly<Record<string, readonly string[]>>
  /** Mails to them, and to bidders who do not watch; what their endpoints were told. */
  readonly sent: Readonly<Record<string, readonly string[]>>
  readonly metrics: readonly string[]
  readonly log: readonly string[]
}

const METRICS_TOKEN = 'a-token-of-the-operator'
/** Fay never has a room open, so that she is told by mail. */
const HOUSEHOLD = ['ana', 'ben', 'cas', 'dan', 'fay', 'seller', 'otherSeller'] as const
type Person = (typeof HOUSEHOLD)[number] | 'admin'
type Tokens = Readonly<Record<Person, string>>

// Every end lies between two beats: which of them comes first at the same instant is a matter of timing.
const soft = { windowSeconds: 120, extensionSeconds: 125, maxExtensions: 3 }
const lot = { title: 'A lot', currency: 'EUR', durationSeconds: 405 }
const terms = { startPrice: 1_000, increments: 100 }

const MAILS_WITHIN_MS = 1_000

/** Plays the script in a house of its own. `watchers` are those whose every byte is written down. */
export async function play(secrets: Secrets, watchers: readonly (Person | 'anonymous')[]): Promise<Transcript> {
  const post = await TwinPost.open()
  const house = await openClockedHouse({ METRICS_TOKEN, ...post.settings })
  const tokens = await household(house, post)
  const lots = await makeLots(house, tokens, secrets)
  const observers = watchers.map((name) => new Observer(name, house.url, name === 'anonymous' ? null : tokens[name]))
  const hearsOfAna = new Observer('ana', house.url, tokens.ana)
  for (const id of lots) await hearsOfAna.listen(`/v1/auctions/${id}/live`)
  const scene = new Scene(house, tokens, lots, secrets, observers)
  await scene.play()
  for (const observer of [hearsOfAna, ...observers]) observer.leave()
  const of = Object.fromEntries(observers.map((observer) => [observer.name, observer.transcript]))
  const told = [...new Set([...watchers, 'cas', 'fay'])].filter((name) => name !== 'anonymous')
  const sent = { ...post.mailsTo(told), ...post.hooksOf(told, lots) }
  return { of, sent, metrics: scene.metrics, log: await house.end() }
}

async function household(house: ClockedHouse, post: TwinPost): Promise<Tokens> {
  const { url } = house
  const signIn = async (email: string, password: string) =>
    (await send(url, 'POST /v1/sessions', null, { body: { email, password } })).json
  const admin = (await signIn(ADMIN.email, ADMIN.password)).accessToken as string
  const tokens: Record<string, string> = { admin }
  for (const name of HOUSEHOLD) {
    const account = { email: addressOf(name), password: `password of ${name}` }
    await send(url, 'POST /v1/users', null, { body: { ...account, displayName: name } })
    const { accessToken, user } = await signIn(account.email, account.password)
    tokens[name] = accessToken
    if (name.endsWith('eller')) await send(url, `PATCH /v1/users/${user.id}`, admin, { body: { role: 'seller' } })
  }
  await house.advance(MAILS_WITHIN_MS)
  for (const name of HOUSEHOLD) await post.confirm(url, addressOf(name))
  for (const name of ['seller', 'otherSeller', 'admin']) await post.hook(url, name, tokens[name]!)
  return tokens as Tokens
}

/** A plain lot, one whose reserve is not met, one whose reserve is met by a price beyond it, and a draft. */
async function makeLots({ url }: ClockedHouse, { seller }: Tokens, { reserves, draftReserve }: Secrets) {
  const create = async (details: object) =>
    (await send(url, 'POST /v1/auctions', seller, { body: { ...lot, ...details } })).json.id as string
  const [unmet, met] = reserves
  const lots = [
    await create({ terms: { ...terms, softClose: soft }, room: { presence: 'paddles', messages: 'bidders' } }),
    await create({ title: 'Another lot', terms: { ...terms, reservePrice: unmet } }),
    await create({
      title: 'A third lot',
      terms: { ...terms, reservePrice: met, increments: 'standard' },
      room: { presence: 'paddles', messages: 'members' },
    }),
  ]
  await create({ terms: { ...terms, reservePrice: draftReserve }, status: 'draft' })
  return lots
}

class Scene {
  readonly metrics: string[] = []
  readonly #house: ClockedHouse
  readonly #tokens: Tokens
  readonly #lots: readonly string[]
  readonly #secrets: Secrets
  readonly #observers: readonly Observer[]
  #keys = 0
  readonly #bids: { readonly auction: string; readonly id: string }[] = []

  constructor(
    house: ClockedHouse,
    tokens: Tokens,
    lots: readonly string[],
    secrets: Secrets,
    observers: readonly Observer[],
  ) {
    this.#house = house
    this.#tokens = tokens
    this.#lots = lots
    this.#secrets = secrets
    this.#observers = observers
  }

  async play(): Promise<void> {
    const [plain, unmet, met] = this.#lots as [string, string, string]
    const { maxima } = this.#secrets
    for (const observer of this.#observers) {
      for (const id of this.#lots) await observer.listen(`/v1/auctions/${id}/live`)
      await observer.listen(`/v1/auctions/${plain}/live?after=1`)
      await observer.listen('/v1/live', { type: 'watch', auctions: this.#lots })
      for (const id of this.#lots) await observer.stream(`/v1/auctions/${id}/events?after=0`)
    }
    await this.#look()

    await this.#bid('ana', plain, { maximum: maxima[0] })
    await this.#bid('ana', unmet, { maximum: maxima[1] })
    await this.#raise('first', plain)
    await this.#bid('ben', plain, { maximum: 20_000 })
    await this.#bid('cas', plain, { amount: 3_000 })
    await this.#raise('second', plain)
    await this.#bid('ben', plain, { maximum: 25_000 })
    await this.#bid('fay', met, { amount: 16_000 })
    await this.#bid('ben', met, { amount: 20_000 })
    await this.#bid('ana', met, { maximum: maxima[2] })
    await this.#raise('met', met)
    await this.#say('ana', plain, 'a word of hers', ['ben', 'seller', 'admin'])
    await this.#say('ben', plain, 'and of his', ['seller', 'admin'])
    await this.#say('dan', met, 'who sold it before?', ['ben', 'cas', 'dan', 'seller', 'otherSeller', 'admin'])
    await this.#say('cas', unmet, 'is it whole?', ['seller', 'admin'], 'seller')
    await this.#look()

    await this.#bid('cas', met, { amount: 30_000 })
    await this.#bid('ben', unmet, { maximum: 9_000 })
    await this.#raise('unmet', unmet)
    await this.#bid('cas', unmet, { amount: 12_000 })
    await this.#pass(10_000)
    await this.#say('seller', unmet, 'it is', ['cas', 'admin'], 'V1')
    await this.#act(`POST /v1/auctions/${plain}/pause`, { reason: 'a question' })
    await this.#act(`POST /v1/auctions/${plain}/resume`, {})
    await this.#act(`PATCH /v1/auctions/${plain}`, { description: 'With its case.' })
    await this.#raise('quiet', plain)
    await this.#pass(290_000)
    await this.#raise('late', plain)
    await this.#look()

    // Within the window of the soft close: this bid moves the end, and no raise does.
    await this.#bid('ben', plain, { amount: 40_000 })
    await this.#raise('later', plain)
    await this.#bid('cas', plain, { maximum: 45_000 })
    await this.#act(`POST /v1/auctions/${plain}/bids/${this.#bids.at(-1)!.id}/void`, { reason: 'by mistake' })
    await this.#raise('last', plain)
    await this.#look()
    await this.#pass(150_000, 5_000)
    await this.#bid('dan', plain, { amount: 50_000 })
    await this.#look()
  }

  async #bid(who: Person, id: string, offer: object): Promise<void> {
    const headers = { 'idempotency-key': who === 'ana' ? this.#key() : `key of ${who} ${this.#bids.length}` }
    const asked = this.#observers.find(({ name }) => name === who)
    const route = `POST /v1/auctions/${id}/bids`
    const answer = asked
      ? await asked.ask(route, offer, headers)
      : await send(this.#house.url, route, this.#tokens[who], { body: offer, headers })
    if (answer.status === 201) this.#bids.push({ auction: id, id: answer.json.bid.id as string })
    // With a first paddle comes what was said before.
    if (answer.status === 201 && id === this.#lots[0]) await asked?.heard(`/v1/auctions/${id}/live`, '{"type":"room"')
    await this.#settle()
  }

  /** Returns when all who watch and may read it have heard it, and its sender too. */
  async #say(who: Person, id: string, text: string, readers: readonly Person[], to = 'room'): Promise<void> {
    const headers = { 'idempotency-key': text }
    const route = `POST /v1/auctions/${id}/messages`
    const answer = await send(this.#house.url, route, this.#tokens[who], { body: { text, to }, headers })
    if (answer.status !== 201) throw new Error(answer.text)
    const reading = this.#observers.filter(({ name }) => name === who || readers.includes(name as Person))
    await Promise.all(reading.map((observer) => observer.heard(`/v1/auctions/${id}/live`, text)))
  }

  /** Ana's raises at this place: she leads, and nothing that others see may move. */
  async #raise(place: string, id: string): Promise<void> {
    for (const maximum of this.#secrets.raises[place] ?? []) {
      const headers = { 'idempotency-key': this.#key() }
      const { json } = await send(this.#house.url, `POST /v1/auctions/${id}/bids`, this.#tokens.ana, {
        body: { maximum },
        headers,
      })
      if (json.outcome !== 'raised' || json.seq !== null) throw new Error(`not silent: ${JSON.stringify(json)}`)
    }
    await this.#settle()
  }

  async #act(route: string, body: object): Promise<void> {
    const { status, text } = await send(this.#house.url, route, this.#tokens.admin, { body })
    if (status !== 200) throw new Error(text)
    await this.#settle()
  }

  async #pass(ms: number, stepMs = 10_000): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      await this.#house.advance(Math.min(left, stepMs))
      await this.#settle()
    }
  }

  /** Twice: what a bid set off is told a turn after its answer. */
  async #settle(): Promise<void> {
    for (let i = 0; i < 2; i += 1) await Promise.all(this.#observers.map((observer) => observer.settled()))
  }

  /** The next of Ana's: how many she has used, and how she names them, is her own business. */
  #key(): string {
    this.#keys += 1
    return `${this.#secrets.keys}${this.#keys}`
  }

  /** Everything that can be asked, by everyone. */
  async #look(): Promise<void> {
    await this.#settle()
    await Promise.all(this.#observers.map((observer) => this.#readAll(observer)))
    this.metrics.push(...(await this.#measured()))
  }

  async #readAll(observer: Observer): Promise<void> {
    for (const route of ROUTES) await observer.ask(route)
    for (const id of this.#lots) for (const route of OF_A_LOT) await observer.ask(route.replace('{id}', id))
    for (const bid of this.#bids) await observer.ask(`GET /v1/auctions/${bid.auction}/bids/${bid.id}/explanation`)
  }

  /** The service's own figures, but for how long things took; of the machine's only which there are. */
  async #measured(): Promise<string[]> {
    const { text } = await send(this.#house.url, 'GET /metrics', METRICS_TOKEN)
    return text
      .split('\n')
      .filter((line) => line.startsWith('# ') || line.startsWith('martillo_'))
      .map((line) => (/^martillo_(commit_seconds_(bucket|sum)|bytes\{)/.test(line) ? line.replace(/ \S+$/, '') : line))
  }
}

const ROUTES = [
  'GET /v1/auctions',
  'GET /v1/auctions?sort=price&limit=1',
  'GET /v1/auctions?sort=bids',
  'GET /v1/auctions?sort=newest&limit=2',
  'GET /v1/auctions?q=lot&status=closed',
  'GET /v1/me',
  'GET /v1/me/bids',
  'GET /v1/me/bids?limit=1',
  'GET /v1/me/auctions',
  'GET /v1/me/notices',
  'GET /v1/me/conversations',
  'GET /v1/deliveries',
  'GET /v1/users',
  'GET /v1/keys',
  'GET /v1/log/checkpoint',
  'GET /v1/log/checkpoint?size=1',
  'GET /v1/log/consistency?from=1&to=2',
  'GET /v1/log/consistency?from=1&to=3',
  'GET /readyz',
  'GET /healthz',
  'GET /',
  'GET /account',
]

const A = '/v1/auctions/{id}'
const OF_A_LOT = [
  `GET ${A}`,
  `HEAD ${A}`,
  `GET ${A}/bids`,
  `GET ${A}/bids?limit=1`,
  `GET ${A}/events`,
  `GET ${A}/events?after=3`,
  `GET ${A}/events?after=99`,
  `GET ${A}/ledger`,
  `HEAD ${A}/ledger`,
  `GET ${A}/film`,
  `GET ${A}/bidders`,
  `GET ${A}/messages`,
  `GET ${A}/room`,
  'GET /v1/log/proof?auction={id}',
  'GET /auctions/{id}',
  'GET /auctions/{id}/film',
]
