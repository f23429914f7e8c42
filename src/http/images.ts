import multipart from '@fastify/multipart'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { limits } from '../config/limits.ts'
import { isHeic, pictureAt, picturePath, readPictureFile } from '../domain/picture.ts'
import { IMAGE_URL_MAX } from '../domain/schema.ts'
import { invalid, reject, type Rejection } from '../domain/rejection.ts'
import { storageOwnerOf } from '../engine/remote-picture-fetcher.ts'
import type { AddedPicture, PictureRecords, Pictures } from '../engine/house-ports.ts'
import { atLeast, visitorOf } from './access.ts'
import { REPLAYED } from './idempotency.ts'
import { type App, idParam } from './parts.ts'
import { Refused, refuse } from './problem.ts'

const TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/gif']
const DAY_SECONDS = 24 * 3_600
const YEAR_SECONDS = 365 * DAY_SECONDS
const tags = ['pictures']
/** What forms of other programs send beside the file. */
const FIELDS_MAX = 20

const binary = { type: 'string', format: 'binary' }
const webp = { description: 'WebP', content: { 'image/webp': { schema: z.unknown().meta(binary) } } }
const reference = z.string().meta({ format: 'uri-reference', description: 'Below the address of the service' })
const imageView = z
  .object({ url: reference, small: reference, width: z.int(), height: z.int() })
  .meta({ id: 'Image', description: 'A picture as it is kept: WebP, width and height those of `url` in pixels' })

const wrongType = reject('unsupported_media_type', {
  detail: `Send the bytes of a picture (${TYPES.join(', ')}), or multipart/form-data with one file`,
})
const HEIC_TYPES = /^image\/hei[cf](?:-sequence)?(?:;|$)/i
const heic = reject('unsupported_media_type', {
  detail: 'HEIC: send a JPEG. On an iPhone share it as JPEG, or choose Settings, Camera, Formats, Most Compatible',
})
const tooMany = reject('try_again', { retryAfterSeconds: limits.retryAfterSeconds })
const why = (detail: string) => reject('pictures_unavailable', { detail })

/** Taking pictures in. */
export async function imageRoutes(app: App, { pictures }: { pictures: Pictures }): Promise<void> {
  const uploads = new Uploads()
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(TYPES, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.addContentTypeParser(HEIC_TYPES, (_request, _body, done) => done(new Refused(heic)))
  await app.register(multipart, { limits: { files: 1, fields: FIELDS_MAX, fileSize: limits.imageBytesMax } })
  app.addContentTypeParser('*', (_request, _body, done) => done(new Refused(wrongType)))

  app.post(
    '/images',
    {
      schema: {
        tags,
        summary: 'Upload a picture',
        operationId: 'uploadImage',
        refusals: ['pictures_unavailable'],
        description: `Of at most ${limits.imageBytesMax} bytes and ${limits.imagePixelsMax} pixels (${limits.imagePixelsHeldMax} where it is no baseline JPEG or plain PNG); what it is, is seen by decoding it. It is written anew as WebP without its metadata: upright, its first frame, at most 1600 pixels on the longer side, and a small one of at most 640. Give \`url\` among an auction's \`images\`. As multipart/form-data the one file of the form, whatever its field is called. One that is there already is the same one, with \`Idempotency-Replayed\`.`,
        consumes: [...TYPES, 'multipart/form-data'],
        body: z.unknown().meta(binary),
        response: { 201: z.object({ image: imageView }) },
      },
      bodyLimit: limits.imageBytesMax,
      config: { budget: 'images' },
      onRequest: [
        atLeast('seller'),
        // From here on its bytes are held in memory.
        async (request, reply) => {
          const leave = uploads.enter(visitorOf(request).user.id)
          if (leave === null) throw new Refused(tooMany)
          reply.raw.once('close', leave)
        },
      ],
    },
    async (request, reply) => {
      const body = await bytesOf(request)
      if (body.length === 0) return refuse(reply, invalid('image', 'is empty'))
      if (isHeic(body)) return refuse(reply, heic)
      const added = await pictures.add(body, storageOwnerOf(visitorOf(request).user))
      if (added.result !== 'added') return refuse(reply, refusalOf(added))
      const { name, width, height, wasThere } = added
      const url = picturePath(name, 'large')
      const image = { url, small: picturePath(name, 'small'), width, height }
      if (wasThere) void reply.header(REPLAYED, 'true')
      return reply.code(201).header('location', url).send({ image })
    },
  )
}

/** The bytes of the picture: the whole body, or the one file of a form. */
async function bytesOf(request: FastifyRequest): Promise<Buffer> {
  if (!request.isMultipart()) return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
  try {
    return (await (await request.file())?.toBuffer()) ?? Buffer.alloc(0)
  } catch (error) {
    const { statusCode = 400, message } = error as FastifyError
    if (statusCode === 413) throw new Refused(reject('payload_too_large'))
    throw statusCode < 500 ? new Refused(invalid('image', `cannot be read from this form: ${message}`)) : error
  }
}

/** Those coming in, all and by person. */
class Uploads {
  readonly #of = new Map<string, number>()
  #all = 0

  /** Null where there is no place, else what gives it back. */
  enter(userId: string): (() => void) | null {
    const own = this.#of.get(userId) ?? 0
    if (this.#all >= limits.picturesWaitingMax || own >= limits.uploadsPerPersonMax) return null
    this.#all += 1
    this.#of.set(userId, own + 1)
    return () => {
      this.#all -= 1
      const left = this.#of.get(userId)! - 1
      if (left === 0) this.#of.delete(userId)
      else this.#of.set(userId, left)
    }
  }
}

function refusalOf(added: Exclude<AddedPicture, { result: 'added' }>): Rejection {
  switch (added.result) {
    case 'refused':
      return invalid('image', added.why)
    case 'spent':
      return reject('rate_limited', { retryAfterSeconds: added.retryAfterSeconds })
    case 'quota':
      return why(`Your pictures take up all of the ${limits.imagesBytesPerSellerMax / 1024 ** 2} MiB that a seller has`)
    case 'busy':
      return tooMany
    case 'full':
      return why('There is no room for more pictures')
    case 'unavailable':
      return why('What decodes pictures is not installed on this machine')
  }
}

/**
 * Showing them. They are readable where only members watch, too: a name is a hash nobody guesses, and an embed or a mail
 * that shows one brings no token along.
 */
export function pictureFiles(app: App, { pictures, records }: { pictures: Pictures; records: PictureRecords }): void {
  app.get(
    '/images/copy',
    {
      schema: {
        tags,
        summary: 'Our copy of a picture of another site',
        operationId: 'getImageCopy',
        refusals: ['not_found'],
        description: 'Of an https address that an auction names; 404 until the service has fetched it.',
        querystring: z.strictObject({
          of: z.string().max(IMAGE_URL_MAX),
          size: z.enum(['large', 'small']).default('large'),
        }),
        response: { 200: webp },
      },
      config: { budget: 'none' },
    },
    async (request, reply) => {
      const name = await records.copyOf(request.query.of)
      const bytes = name === null ? null : await pictures.read(name, request.query.size)
      return sendPicture(reply, bytes, `max-age=${DAY_SECONDS}`)
    },
  )

  app.get(
    '/images/:file',
    {
      schema: {
        tags,
        summary: 'A picture that was uploaded',
        operationId: 'getImage',
        refusals: ['not_found'],
        params: z.object({ file: idParam }),
        response: { 200: webp },
      },
      config: { budget: 'none' },
    },
    async (request, reply) => {
      const asked = readPictureFile(request.params.file)
      const bytes = asked === null ? null : await pictures.read(asked.name, asked.size)
      return sendPicture(reply, bytes, `max-age=${YEAR_SECONDS}, immutable`)
    },
  )
}

function sendPicture(reply: FastifyReply, bytes: Buffer | null, cached: string): FastifyReply {
  if (bytes === null) return refuse(reply.header('cache-control', 'no-store'), reject('not_found'))
  return reply
    .type('image/webp')
    .header('cache-control', `public, ${cached}`)
    .header('cross-origin-resource-policy', 'cross-origin')
    .header('content-security-policy', "default-src 'none'")
    .send(bytes)
}

/** A picture of ours that is named and does not exist. */
export async function rejectMissing(images: readonly string[], pictures: Pictures): Promise<Rejection | null> {
  for (const [i, image] of images.entries()) {
    const name = pictureAt(image)
    if (name !== null && !(await pictures.has(name))) return invalid(`images.${i}`, 'no such picture')
  }
  return null
}
