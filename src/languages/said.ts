/** What sentences are made of: amounts, times and names come as they are shown in the language. */

export type Sentence = (
  shown: Readonly<Record<'price' | 'amount' | 'beaten' | 'start', string>>,
  who: { readonly paddle: string; readonly leader: string },
) => string

/** Of a notice, for its mail and its push message. */
export type Notice = (
  title: string,
  told: { readonly price: string; readonly time: string },
) => readonly [subject: string, line: string]

/** Of a mail about an account. */
export type AccountMail = (
  house: string,
  said: { readonly device: string; readonly email: string },
) => readonly [subject: string, ...lines: string[]]
