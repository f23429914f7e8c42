import { randomUUIDv7 } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import pino, { type Logger } from 'pino'
import pretty from 'pino-pretty'
import { DiskPictures } from './adapters/disk-pictures.ts'
import { MailSender } from './adapters/mail-sender.ts'
import { LocalBus } from './adapters/local-bus.ts'
import { openSqlite } from './adapters/sqlite/storage.ts'
import type { Storage } from './adapters/storage.ts'
import { type Outward, fetchOutward, isPublic, whyNotReachable } from './adapters/outward.ts'
import { PushSender } from './adapters/push-sender.ts'
import { WebhookSender } from './adapters/webhook-sender.ts'
import { systemClock } from './adapters/system-clock.ts'
import { type Closing, closeCodes } from './codes.ts'
import { type Config, ConfigError } from './config.ts'
import { limits } from './config/limits.ts'
import { AccountMails } from './engine/account-mails.ts'
import { Certifier } from './engine/certifier.ts'
import { watchDurability } from './engine/durability-watch.ts'
import { RemotePictureFetcher } from './engine/remote-picture-fetcher.ts'
import { Dispatcher } from './engine/dispatcher.ts'
import { Links } from './engine/links.ts'
import { WebhookDeliveries } from './engine/webhook-deliveries.ts'
import { Engine } from './engine/engine.ts'
import { type DatabaseTime, HouseClock } from './engine/house-clock.ts'
import { Metrics } from './engine/metrics.ts'
import { Notary } from './engine/notary.ts'
import { OperatorLog } from './engine/operator-log.ts'
import { sweepPictures } from './engine/picture-sweep.ts'
import { Notifier } from './engine/notifier.ts'
import { sweepNotices } from './engine/notice-sweep.ts'
import { sweepRooms } from './engine/room-sweep.ts'
import { Rooms } from './engine/room.ts'
import { sweepSessions } from './engine/session-sweep.ts'
import { Sessions } from './engine/sessions.ts'
import { Sweeper } from './engine/sweeper.ts'
import { type PasswordCost, Passwords } from './engine/passwords.ts'
import type { Accounts, SigningKeys, User } from './engine/account-ports.ts'
import { SharedCharges } from './engine/shared-charges.ts'
import type { Bus, Clock, Store } from './engine/ports.ts'
import { buildApp } from './http/app.ts'
import { Catalogue } from './http/catalogue.ts'
import { metricsToken, signingKey, vapidKeys } from './http/secrets.ts'
import { version } from './config/version.ts'
import { rulesHash } from './ledger/rules-hash.ts'
import { BidRate } from './engine/bucket.ts'
import { PriceTicker } from './live/price-ticker.ts'
import { Admission } from './live/admission.ts'
import { LoopScheduler } from './live/loop-scheduler.ts'
import { Hub } from './live/hub.ts'
import { NoticeBoard } from './live/notice-board.ts'

export type Service = {
  /** Where it listens, such as http://localhost:3000. */
  readonly url: string
  /** Finishes what was accepted, then closes every socket with this reason. */
  close(closing?: Closing): Promise<void>
}

/** What a test may exchange: time, the cost of a password, and what is behind a port for something that wraps it. */
export type Exchanges = {
  readonly clock?: Clock
  readonly passwordCost?: PasswordCost
  readonly outward?: Outward
  readonly wrapStorage?: (storage: Storage) => Storage
  readonly wrapStore?: (store: Store) => Store
  readonly wrapAccounts?: (accounts: Accounts) => Accounts
  readonly wrapTime?: (time: DatabaseTime) => DatabaseTime
}

/** The composition root: config → adapters → engine → app → listen → close. */
export async function serve(
  config: Config,
  {
    clock: givenClock,
    passwordCost,
    wrapStorage = same,
    wrapStore = same,
    wrapAccounts = same,
    wrapTime = same,
    outward,
  }: Exchanges = {},
): Promise<Service> {
  const storage = wrapStorage(await openStorage(config))
  const closing: (() => unknown)[] = [() => storage.close()]
  let reason: Closing = closeCodes.restart
  const closeAll = async () => {
    for (const step of closing.toReversed()) await step()
  }
  try {
    const log = openLog(config)
    log.info({ version, node: process.versions.node, settings: shownSettings(config) }, 'Martillo starts')
    const metrics = new Metrics()
    metrics.tellBuild(version)
    metrics.measureBy(() => storage.sizes())
    const time = storage.time === null ? null : wrapTime(storage.time)
    const node = await openNode(config, { epoch: storage.store.epoch, time, log, clock: givenClock })
    const { clock, houseClock, bus, close: closeNode } = node
    if (houseClock !== null) metrics.measureTimeBy(() => houseClock.inexactMs)
    const stopWatching = watchDurability({ risk: () => storage.risk(), clock, metrics, log })
    closing.push(closeNode, stopWatching)
    const store = wrapStore(storage.store)
    const accounts = wrapAccounts(storage.accounts)
    const sessions = new Sessions(accounts)
    const accessKey = await signingKey(storage.secrets)
    const limited = config.RATE_LIMITS === 'on'
    const { pictures: records, archive, house, told, deliveries, emails, reach } = storage
    const pictures = await DiskPictures.open(config.DATA_DIR, { records, clock, limited, archive })
    const copies = new RemotePictureFetcher({
      records,
      pictures,
      accounts,
      clock,
      fetch: (address, gone) => fetchOutward(address, gone, outward),
      log,
    })
    const passwords = new Passwords(passwordCost)
    await storage.alone(() => armAdmin(config, { accounts, passwords, clock }))

    const sweeper = new Sweeper(clock, log, {
      pictures: (gone) => sweepPictures({ records, house, pictures, clock }, gone),
      sessions: (gone) => sweepSessions({ accounts, clock }, gone),
      notices: (gone) => sweepNotices({ told, deliveries, emails, clock }, gone),
      rooms: (gone) => sweepRooms({ records: storage.rooms, clock }, gone),
    })

    const notary = await storage.alone(() => openNotary(store, storage.signingKeys, clock))
    const certifier = new Certifier({ store, notary, clock, log })
    const operatorLog = new OperatorLog({ store, notary, certifier })
    const staffBids = config.STAFF_BIDS === 'on'
    const engine = new Engine({
      store,
      sessions,
      notary,
      bus,
      clock,
      metrics,
      log,
      staffBids,
      closeMarginMs: storage.store.isShared ? limits.closeMarginMs : 0,
      onEnded: () => certifier.wake(),
      isTimeKnown: () => houseClock?.isKnown ?? true,
    })
    storage.onFailed((error) => engine.fail(error))
    const queue = new LoopScheduler(clock)
    const charges = storage.store.isShared ? new SharedCharges(bus, clock) : null
    const roomRecords = storage.rooms
    const rooms = new Rooms({ records: roomRecords, engine, sessions, bus, clock, metrics, charges, limited, log })
    const hub = new Hub({ engine, store, accounts, rooms, roomRecords, bus, clock, metrics, queue, log })
    const links = new Links(accessKey.privatePem, config.PUBLIC_URL ?? '')
    const isPresent = (userId: string, auctionId: string) => hub.isPresent(userId, auctionId)
    const posting = outward ?? {
      mayReach: config.WEBHOOKS_PRIVATE === 'on' ? () => true : isPublic,
      isPlain: config.WEBHOOKS_PRIVATE === 'on',
    }
    const vapid = await vapidKeys(storage.secrets)
    const mail = openMail(config, {
      accounts,
      emails,
      told,
      deliveries,
      engine,
      house,
      links,
      clock,
      isPresent,
    })
    if (mail === null) log.info('mail is off: SMTP_URL is not set')
    const dispatcher = new Dispatcher({
      deliveries,
      senders: {
        webhook: new WebhookSender({ reach, links, outward: posting, clock }),
        push: new PushSender({ vapid, subject: pushSubject(config), reach, told, engine, isPresent, outward: posting }),
        ...(mail === null ? {} : { email: mail }),
      },
      clock,
      metrics,
      log,
    })
    const ways = mail === null ? (['push'] as const) : (['push', 'email'] as const)
    const webhooks = new WebhookDeliveries({ reach, accounts, store, clock })
    const notifier = new Notifier({ engine, told, bus, clock, log, ways, webhooks })
    const mails = new AccountMails({ isOn: mail !== null, emails, deliveries, accounts, links, clock })
    const prices = new PriceTicker({ store, bus, clock, queue, limited: config.RATE_LIMITS === 'on' })
    const notices = new NoticeBoard(bus)
    const admission = new Admission({ bus, clock, metrics, queue, sessions })
    const bidRate = new BidRate(clock, limited)
    closing.push(
      () => charges?.close(),
      () => rooms.close(),
      () => hub.close(),
      () => prices.close(),
      () => notices.close(),
    )
    const app = await buildApp({
      config,
      engine,
      notary,
      operatorLog,
      store,
      accounts,
      sessions,
      passwords,
      pictures,
      records,
      copies,
      house,
      told,
      notices,
      deliveries,
      dispatcher,
      emails,
      mails,
      links,
      reach,
      mayPost: (url) => whyNotReachable(url, posting),
      pushKey: vapid.publicKey,
      bus,
      charges,
      clock,
      metrics,
      hub,
      prices,
      catalogue: new Catalogue({ store, clock, queue }),
      admission,
      queue,
      bidRate,
      rooms,
      roomRecords,
      log,
      accessKey,
      metricsToken: config.METRICS_TOKEN ?? (await metricsToken(storage.secrets)),
    })
    closing.push(
      () => app.close(),
      () => admission.close(reason),
      () => certifier.stop(),
      () => mail?.close(),
      () => dispatcher.stop(),
      () => notifier.stop(),
      () => engine.stop(),
      () => copies.stop(),
      () => sweeper.stop(),
    )
    await engine.start()
    certifier.start()
    notifier.start()
    dispatcher.start()
    await app.listen({ host: config.HOST, port: config.PORT, backlog: limits.backlogMax })
    copies.start()
    sweeper.start()
    const { port } = app.server.address() as AddressInfo
    return {
      url: config.PUBLIC_URL ?? `http://${config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST}:${port}`,
      close: async (why = closeCodes.restart) => {
        reason = why
        log.info({ reason: why.reason }, 'Martillo stops')
        await closeAll()
      },
    }
  } catch (error) {
    await closeAll()
    throw error
  }
}

/** PostgreSQL's driver is loaded only where it is used. */
async function openStorage(config: Config): Promise<Storage> {
  if (config.DATABASE_URL === null) return openSqlite(config.DATA_DIR)
  const { openPostgres } = await import('./adapters/postgres/storage.ts')
  return openPostgres(config, { as: 'service' })
}

/** Whom push services may write to about our messages (RFC 8292, 2.1). */
function pushSubject({ MAIL_FROM, PUBLIC_URL }: Config): string {
  if (PUBLIC_URL?.startsWith('https:') === true) return PUBLIC_URL
  return `mailto:${MAIL_FROM?.replace(/^.*<|>$/g, '') ?? 'nobody@martillo.invalid'}`
}

function openMail(
  { SMTP_URL, MAIL_FROM }: Config,
  deps: Omit<ConstructorParameters<typeof MailSender>[0], 'smtpUrl' | 'from'>,
): MailSender | null {
  return SMTP_URL === null ? null : new MailSender({ ...deps, smtpUrl: SMTP_URL, from: MAIL_FROM! })
}

type Node = {
  readonly clock: Clock
  /** The clock, if it is that of a house with several nodes. */
  readonly houseClock: HouseClock | null
  readonly bus: Bus
  readonly close: () => Promise<void>
}

type NodeDependencies = {
  readonly epoch: string
  readonly time: DatabaseTime | null
  readonly log: Logger
  /** Of a test. */
  readonly clock: Clock | undefined
}

/** What a node has by itself, or with others: then they share the time of the database, and hear each other over Redis. */
async function openNode(config: Config, { epoch, time, log, clock: given }: NodeDependencies): Promise<Node> {
  const clock = given ?? systemClock()
  if (config.REDIS_URL === null) return { clock, houseClock: null, bus: new LocalBus(), close: async () => {} }
  const { RedisBus } = await import('./adapters/redis/bus.ts')
  const bus = await RedisBus.open({
    url: config.REDIS_URL,
    houseSecret: config.HOUSE_SECRET!,
    house: epoch,
    log,
  }).catch((error: unknown) => {
    throw new ConfigError(`REDIS_URL: Redis cannot be reached: ${(error as Error).message}`, { cause: error })
  })
  const houseClock = given === undefined ? await HouseClock.open({ clock, database: time!, log }) : null
  const close = async () => {
    houseClock?.close()
    await bus.close()
  }
  return { clock: houseClock ?? clock, houseClock, bus, close }
}

/** Lines of JSON, or, on a terminal, lines to read. */
function openLog({ LOG_LEVEL: level }: Config): Logger {
  return process.stdout.isTTY ? pino({ level }, pretty({ ignore: 'pid,hostname' })) : pino({ level })
}

/** What may stand in a log: no password, token or address of a database. */
function shownSettings(config: Config): object {
  return Object.fromEntries(Object.entries(config).filter(([name]) => !SECRET.has(name)))
}

const SECRET = new Set([
  'ADMIN_EMAIL',
  'ADMIN_PASSWORD',
  'METRICS_TOKEN',
  'DATABASE_URL',
  'REDIS_URL',
  'HOUSE_SECRET',
  'SMTP_URL',
])

/** What signs for the house. */
export function openNotary(store: Store, keys: SigningKeys, clock: Clock): Promise<Notary> {
  return Notary.open({
    store,
    keys,
    clock,
    rules: rulesHash(),
    software: `martillo ${version}`,
  })
}

function same<Part>(part: Part): Part {
  return part
}

/** ADMIN_EMAIL and ADMIN_PASSWORD create the first admin, or give an account back its rank and that password. */
async function armAdmin(
  { ADMIN_EMAIL, ADMIN_PASSWORD }: Config,
  { accounts, passwords, clock }: { accounts: Accounts; passwords: Passwords; clock: Clock },
): Promise<void> {
  if (ADMIN_EMAIL === null || ADMIN_PASSWORD === null) return
  const known = await accounts.userByEmail(ADMIN_EMAIL)
  if (known === null) {
    const admin: User = {
      id: randomUUIDv7(),
      email: ADMIN_EMAIL,
      displayName: 'Admin',
      role: 'admin',
      blocked: false,
      createdAt: clock.now(),
    }
    await accounts.addUser(admin, await passwords.hash(ADMIN_PASSWORD))
  } else {
    await accounts.changeUser(known.user.id, { role: 'admin', blocked: false })
    if (await passwords.verify(ADMIN_PASSWORD, known.password)) return
    await accounts.setPassword(known.user.id, await passwords.hash(ADMIN_PASSWORD))
    await accounts.endSessions(known.user.id)
  }
}
