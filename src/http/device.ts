import { createHash, randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** By what a browser is known again: no more than a random number, which its owner can delete. */
const COOKIE = 'martillo_device'
const COOKIE_BYTES = 16
/** As long as browsers keep a cookie. */
const COOKIE_SECONDS = 400 * 24 * 3_600

const BROWSERS = [
  [/Edg/, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox|FxiOS/, 'Firefox'],
  [/Chrome|CriOS/, 'Chrome'],
  [/Safari/, 'Safari'],
] as const
const SYSTEMS = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux|CrOS/, 'Linux'],
] as const
/** Characters of what a program calls itself. */
const NAME_MAX = 60

/** What a device calls itself, in a few words. */
export function deviceOf(userAgent = ''): string {
  const named = (names: readonly (readonly [RegExp, string])[]) => names.find(([sign]) => sign.test(userAgent))?.[1]
  const [browser, system] = [named(BROWSERS), named(SYSTEMS)]
  if (browser !== undefined && system !== undefined) return `${browser}, ${system}`
  return browser ?? system ?? userAgent.replace(/[^\x20-\x7e]/g, '').slice(0, NAME_MAX)
}

/** The hash by which a device is known. A browser gets a cookie; a program is known by what it calls itself. */
export function knownDevice(request: FastifyRequest, reply: FastifyReply, secure: boolean): string {
  const { 'user-agent': userAgent = '' } = request.headers
  if (!userAgent.startsWith('Mozilla/')) return hashOf(`program ${userAgent}`)
  const kept = request.cookies[COOKIE]
  const value = kept === undefined || kept.length > NAME_MAX ? randomBytes(COOKIE_BYTES).toString('base64url') : kept
  void reply.setCookie(COOKIE, value, {
    path: '/v1/sessions',
    httpOnly: true,
    sameSite: 'strict',
    secure,
    maxAge: COOKIE_SECONDS,
  })
  return hashOf(`browser ${value}`)
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
