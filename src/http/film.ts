import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { DEFAULT_LANGUAGE, languageCodes } from '../languages/list.ts'
import { limits } from '../config/limits.ts'
import { filmOf, isWholeFilm } from '../domain/film.ts'
import { reject } from '../domain/rejection.ts'
import { type FilmView, filmView } from '../domain/wire.ts'
import type { Auction } from '../domain/auction.ts'
import { lru } from '../engine/lru.ts'
import type { StoredAuction } from '../engine/ports.ts'
import type { ChannelEvent } from '../protocol.ts'
import { actorOf } from './access.ts'
import { CHARACTERS_FOR_ONE } from './bids.ts'
import { charge } from './budgets.ts'
import { filmPicture } from './film-picture.ts'
import { nameOf } from './house-pages.ts'
import { type App, type AppParts, findFor, idParam, inLine, sendPublic } from './parts.ts'
import { refuse } from './problem.ts'

/** Events read at once, from the end backwards. */
const EVENTS_PAGE = 100
/** Requests that drawing a preview costs: some 60 ms of a thread beside the loop. */
const PICTURE_COST = 5
const PICTURE_SECONDS = 3_600

/** Films of auctions that are over, kept as long as they are asked for. */
export class Films {
  readonly #kept = lru<FilmView>(limits.filmsKept)
  readonly #parts: Pick<AppParts, 'store' | 'queue'>

  constructor(parts: Pick<AppParts, 'store' | 'queue'>) {
    this.#parts = parts
  }

  /** Null before the close. Reads no more events than the film shows, and a page. */
  async of({ auction, head }: StoredAuction, request: FastifyRequest): Promise<FilmView | null> {
    if (auction.stage.status !== 'closed') return null
    const known = this.#kept.get(head)
    if (known !== undefined) return known
    const film = filmOf(await this.#ending(auction, request), auction)
    if (film !== null) this.#kept.set(head, film)
    return film
  }

  async #ending({ id, seq }: Auction, request: FastifyRequest): Promise<readonly ChannelEvent[]> {
    let events: ChannelEvent[] = []
    for (let end = seq; end > 0 && events.length < limits.filmEventsMax;) {
      const start = Math.max(0, end - EVENTS_PAGE)
      await this.#parts.queue.turn('costly')
      const entries = await this.#parts.store.entries(id, start, end - start)
      charge(request, entries.reduce((sum, { line }) => sum + line.length, 0) / CHARACTERS_FOR_ONE)
      events = [...entries.map(({ event }) => event), ...events]
      if (isWholeFilm(events)) break
      end = start
    }
    return events
  }
}

/** The film of the close for programs, and for the page where it came without. */
export function filmRoutes(app: App, { engine }: AppParts, films: Films): void {
  app.get(
    '/auctions/:id/film',
    {
      schema: {
        tags: ['proof'],
        summary: 'The film of the close',
        operationId: 'getFilm',
        refusals: ['auction_not_found', 'not_found'],
        description: `Of an auction that closed (\`not_found\` before): the last minute of bidding, ${limits.filmEventsMax} events at most, each with what it made of the price and each bid with why, out of what is public.`,
        params: z.object({ id: idParam }),
        response: { 200: filmView },
      },
      preHandler: inLine,
    },
    async (request, reply) => {
      const stored = await findFor(actorOf(request), request.params.id, engine)
      if (stored === null) return refuse(reply, reject('auction_not_found'))
      const film = await films.of(stored, request)
      return film === null ? refuse(reply, reject('not_found')) : sendPublic(reply, film)
    },
  )
}

/** Its preview, for those who show links. There is none where only members watch: whoever shows links is no member. */
export function filmPictures(app: App, { engine, pictures, config, house }: AppParts, films: Films): void {
  const kept = lru<Buffer>(limits.filmPicturesKept)
  const querystring = z.object({ lang: z.enum(languageCodes).catch(DEFAULT_LANGUAGE).default(DEFAULT_LANGUAGE) })

  app.get(
    '/auctions/:id/film.png',
    { schema: { hide: true, params: z.object({ id: idParam }), querystring }, preHandler: inLine },
    async (request, reply) => {
      const { lang } = request.query
      const stored = config.WATCHING === 'public' ? await findFor(null, request.params.id, engine) : null
      const film = stored === null ? null : await films.of(stored, request)
      if (stored === null || film === null)
        return refuse(reply.header('cache-control', 'no-store'), reject('not_found'))
      const face = await house.face()
      const name = `${stored.head} ${lang} ${face.changes}`
      let png = kept.get(name)
      if (png === undefined) {
        charge(request, PICTURE_COST)
        const drawn = await pictures.draw(
          filmPicture(film, stored.auction, lang, { name: nameOf(face), accent: face.accent?.light ?? null }),
        )
        if (drawn === 'busy') return refuse(reply, reject('try_again', { retryAfterSeconds: limits.retryAfterSeconds }))
        if (drawn === 'unavailable') return refuse(reply.header('cache-control', 'no-store'), reject('not_found'))
        kept.set(name, (png = drawn))
      }
      return reply
        .type('image/png')
        .header('cache-control', `public, max-age=${PICTURE_SECONDS}`)
        .header('cross-origin-resource-policy', 'cross-origin')
        .header('content-security-policy', "default-src 'none'")
        .send(png)
    },
  )
}
