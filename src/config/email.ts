import { domainToASCII } from 'node:url'
import { z } from 'zod'

/** The longest address there is (RFC 5321). */
export const EMAIL_MAX = 254

/** As zod has it, and top-level domains beyond ASCII in the form that DNS has for them. */
const ADDRESS = /^(?!\.)(?!.*\.\.)[\w'+.-]*[\w+-]@([a-z\d][a-z\d-]*\.)+([a-z]{2,}|xn--[a-z\d-]*[a-z\d])$/

/** Marks that nobody sees and that come along when an address is copied. */
const UNSEEN = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g
/** The ASCII of East Asian keyboards. */
const FULL_WIDTH = /[\uff01-\uff5e]/g
const FULL_WIDTH_OFFSET = 0xfee0

/** One form for one mailbox: trimmed, lower case, its domain as DNS has it (RFC 5890). */
function oneForm(text: string): string {
  const typed = text
    .replace(UNSEEN, '')
    .replace(FULL_WIDTH, (char) => String.fromCharCode(char.charCodeAt(0) - FULL_WIDTH_OFFSET))
    .trim()
    .toLowerCase()
  const at = typed.lastIndexOf('@')
  const domain = typed.slice(at + 1)
  return isAscii(domain) ? typed : typed.slice(0, at + 1) + domainToASCII(domain)
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text)
}

/** An e-mail address, wherever one comes in. What no mail server must take (RFC 6531) before the `@` is refused. */
export const email = z
  .string()
  .meta({ format: 'email', maxLength: EMAIL_MAX })
  .transform(oneForm)
  .pipe(
    z
      .string()
      .max(EMAIL_MAX)
      .refine((address) => isAscii(address), {
        abort: true,
        message: 'has letters beyond ASCII before the @, which many mail servers refuse: give another address',
      })
      .regex(ADDRESS, 'is no e-mail address such as ana@example.org'),
  )
