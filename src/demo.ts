import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from './adapters/folder.ts'
import { databaseFile } from './adapters/sqlite/database-file.ts'
import type { Config } from './config.ts'
import { Client, type NewAuction } from './sdk/index.ts'

/** The demo house of `npm start`: accounts with passwords made on the spot, six auctions, and bidders who keep one lively. */

type Account = { readonly email: string; readonly password: string; readonly displayName: string }

/** Kept in DATA_DIR, so that a restart finds the same people. */
type Guests = { readonly admin: Account; readonly bidders: readonly Account[]; readonly robots: readonly Account[] }

const MINUTE_SECONDS = 60
const HOUR_SECONDS = 3_600
const DAY_SECONDS = 86_400
/** The lively auction ends after this time, and another takes its place. */
const LIVELY_SECONDS = 4 * HOUR_SECONDS
const LIVELY_TITLE = 'Chess clock, Ruhla 1961, running'
const BID_EVERY_MS = [1_500, 4_000] as const

type DemoHouse = {
  readonly config: Config
  /** Sets up what is missing, prints who can sign in, and starts the robots; returns the way to stop them. */
  furnish(url: string): Promise<() => void>
}

/** The demo for an empty DATA_DIR, or for one that it furnished before; null where the house has other owners. */
export function openDemoHouse(config: Config): DemoHouse | null {
  const file = join(config.DATA_DIR, 'demo.json')
  const isNew = !existsSync(databaseFile(config.DATA_DIR))
  if (!isNew && !existsSync(file)) return null
  const guests = isNew ? invite(config, file) : (JSON.parse(readFileSync(file, 'utf8')) as Guests)
  const { email, password } = guests.admin
  return {
    config: isNew ? { ...config, ADMIN_EMAIL: email, ADMIN_PASSWORD: password } : config,
    furnish: (url) => furnish(url, guests, isNew),
  }
}

function invite({ DATA_DIR, ADMIN_EMAIL, ADMIN_PASSWORD }: Config, file: string): Guests {
  const account = (name: string): Account => ({
    email: `${name.toLowerCase()}@demo.example`,
    password: randomBytes(9).toString('base64url'),
    displayName: name,
  })
  const admin = account('Admin')
  const guests = {
    admin: ADMIN_EMAIL === null ? admin : { ...admin, email: ADMIN_EMAIL, password: ADMIN_PASSWORD! },
    bidders: [account('Ana'), account('Ben')],
    robots: [account('Robot1'), account('Robot2'), account('Robot3')],
  }
  makeFolder(DATA_DIR)
  writeFileSync(file, JSON.stringify(guests, null, 2), { mode: 0o600 })
  return guests
}

async function furnish(url: string, { admin, bidders, robots }: Guests, isNew: boolean): Promise<() => void> {
  const house = new Client(url)
  await house.signIn(admin.email, admin.password)
  if (isNew) for (const guest of [...bidders, ...robots]) await house.signUp(guest)
  const bots = robots.map(() => new Client(url))
  await Promise.all(bots.map((bot, i) => bot.signIn(robots[i]!.email, robots[i]!.password)))
  if (isNew) await hangLots(house, bots)
  console.log('\nA demo house (DEMO=off for an empty one). Sign in as')
  for (const { email, password } of [admin, ...bidders]) console.log(`  ${email.padEnd(20)} ${password}`)
  return keepLively(house, bots)
}

/** Seven auctions: one of each stage, and one in which prices fall. */
async function hangLots(house: Client, [first, second]: readonly Client[]): Promise<void> {
  const softClose = { windowSeconds: 30, extensionSeconds: 30, maxExtensions: null }
  const lot = async (picture: string, auction: Partial<NewAuction> & Pick<NewAuction, 'title' | 'terms'>) =>
    house.create({
      currency: 'EUR',
      durationSeconds: DAY_SECONDS,
      images: await upload(house, picture),
      ...auction,
    })

  await lot('enamel-sign', {
    title: 'Enamel sign “Café”, about 1930',
    description: 'One corner chipped, otherwise bright. 60 × 40 cm.',
    terms: { startPrice: 8_000, softClose },
    opensAt: new Date(Date.now() + HOUR_SECONDS * 1_000).toISOString(),
  })
  await lot('chairs', {
    title: 'Six Thonet chairs No. 14',
    description: 'Beech, cane seats renewed. Collected from the house.',
    terms: { startPrice: 24_000, buyNowPrice: 90_000, softClose },
    durationSeconds: 3 * DAY_SECONDS,
  })
  await house.create(await lively(house))
  const camera = await lot('camera', {
    title: 'Leica M3 with Summicron 50 mm, 1954',
    description: 'Serviced last year, shutter times measured.',
    terms: { startPrice: 60_000, reservePrice: 140_000, softClose },
  })
  await first?.bid(camera.id, { maximum: 90_000 })
  await second?.bid(camera.id, { maximum: 85_000 })
  const wanted = await house.create({
    title: 'Wanted: supper for 80 guests at the summer sale',
    description: 'Suppliers bid down: the lowest price wins. Cold buffet, 12 June, served on the terrace.',
    currency: 'EUR',
    format: 'reverse',
    terms: { startPrice: 240_000, increments: 5_000, reservePrice: 200_000, softClose },
    durationSeconds: 2 * DAY_SECONDS,
  })
  await first?.bid(wanted.id, { minimum: 205_000 })
  await second?.bid(wanted.id, { amount: 225_000 })
  const map = await lot('sea-chart', {
    title: 'Sea chart of the Balearics, hand-coloured',
    description: 'Ends soon: a bid in the last 30 seconds moves the end by 30 seconds.',
    terms: { startPrice: 5_000, softClose },
    durationSeconds: 2 * MINUTE_SECONDS - 5,
  })
  await first?.bid(map.id, { maximum: 7_000 })
  const clock = await lot('mantel-clock', { title: 'Mantel clock, brass, with key', terms: { startPrice: 3_000 } })
  await first?.bid(clock.id, { maximum: 5_000 })
  await second?.bid(clock.id, { amount: 4_500 })
  await house.close(clock.id)
}

/** The address of one of the pictures of the demo; none where this machine cannot take pictures. */
async function upload(house: Client, name: string): Promise<string[]> {
  const picture = readFileSync(join(import.meta.dirname, 'demo', `${name}.webp`))
  try {
    return [(await house.upload(new Blob([picture], { type: 'image/webp' }))).url]
  } catch {
    return []
  }
}

async function lively(house: Client): Promise<NewAuction> {
  return {
    title: LIVELY_TITLE,
    images: await upload(house, 'chess-clock'),
    description: 'The house’s own bidders like it: its price moves every few seconds.',
    currency: 'EUR',
    terms: { startPrice: 2_000, increments: 100, softClose: { windowSeconds: 60, extensionSeconds: 60 } },
    durationSeconds: LIVELY_SECONDS,
  }
}

/** One robot after the other bids; what is refused is left at that, for a guest may just have been faster. */
function keepLively(house: Client, bots: readonly Client[]): () => void {
  let timer: NodeJS.Timeout | null = null
  let stopped = false
  let turn = 0
  const again = () => {
    const [least, most] = BID_EVERY_MS
    if (!stopped) timer = setTimeout(() => void bid(), least + Math.random() * (most - least))
  }
  const bid = async () => {
    try {
      const { items } = await house.auctions({ status: 'open', q: LIVELY_TITLE, limit: 1 })
      const auction = items[0] ?? (await house.create(await lively(house)))
      const price = auction.minimumBid ?? 0
      turn += 1
      const robot = bots[turn % bots.length]!
      await robot.bid(auction.id, turn % 4 === 0 ? { maximum: price + 300 } : { amount: price })
    } catch {
      // The next turn comes.
    } finally {
      again()
    }
  }
  again()
  return () => {
    stopped = true
    if (timer !== null) clearTimeout(timer)
  }
}
