import type { AccountMail, Notice, Sentence } from './said.ts'

const NOT_YOU = 'If this was not you, set a new password and end all other sessions on your account page.'

export const en = {
  explanation: {
    extended: 'It came within the last minutes that move the end, so the end moved.',
    voided: 'The bid was voided later, and the price was worked out again without it.',
    reasons: {
      boughtNow: ({ price }, { paddle }) =>
        `${paddle} bought at the buy-now price of ${price}, which closed the auction.`,
      first: ({ start }, { paddle }) =>
        `${paddle} bid first and leads at the start price of ${start}, however high the offer was.`,
      firstAtReserve: ({ price }, { paddle }) =>
        `${paddle} bid first and the reserve is met: the price is what was asked for or the reserve, whichever is higher, ${price}.`,
      shownWhole: ({ price }, { paddle }) => `${paddle} leads; below the reserve an offer is shown whole: ${price}.`,
      jump: ({ price }, { paddle }) => `${paddle} asked for the price of ${price} outright, and leads at it.`,
      step: ({ price, beaten }, { paddle }) =>
        `${paddle} beat an offer of ${beaten} and leads one step above it, at ${price}.`,
      partOfStep: ({ price, beaten }, { paddle }) =>
        `${paddle} beat an offer of ${beaten} by less than a full step, which is enough: the price is ${price}.`,
      reserve: ({ price, beaten }, { paddle }) =>
        `${paddle} beat an offer of ${beaten} and the reserve is met: the price is what was asked for or the reserve, whichever is higher, ${price}.`,
      raised: ({ price }, { paddle }) =>
        `${paddle} already led and raised the own maximum: the price makes up the step it was short of and is ${price}.`,
      raisedToReserve: ({ price }, { paddle }) =>
        `${paddle} already led and raised the own maximum: the reserve is met and the price is ${price}.`,
      tie: ({ amount }, { leader }) =>
        `An offer of ${amount} was answered by one as high that came earlier: ${leader} leads at it.`,
      answer: ({ amount, price }, { leader }) =>
        `An offer of ${amount} was answered at once by the standing maximum of ${leader}, who leads one step above it, at ${price}.`,
      partOfAnswer: ({ amount, price }, { leader }) =>
        `An offer of ${amount} was answered at once by the standing maximum of ${leader}, who leads at ${price}.`,
      stays: ({ amount, price }, { leader }) =>
        `An offer of ${amount} did not move the price: ${leader} leads at ${price} as before.`,
    } satisfies Record<string, Sentence>,
    /** Where prices fall, in the place of those above. */
    reasonsDown: {
      first: ({ start }, { paddle }) =>
        `${paddle} bid first and leads at the start price of ${start}, however low the offer was.`,
      firstAtReserve: ({ price }, { paddle }) =>
        `${paddle} bid first and the reserve is met: the price is what was asked for or the reserve, whichever is lower, ${price}.`,
      step: ({ price, beaten }, { paddle }) =>
        `${paddle} beat an offer of ${beaten} and leads one step below it, at ${price}.`,
      partOfStep: ({ price, beaten }, { paddle }) =>
        `${paddle} beat an offer of ${beaten} by less than a full step, which is enough: the price is ${price}.`,
      reserve: ({ price, beaten }, { paddle }) =>
        `${paddle} beat an offer of ${beaten} and the reserve is met: the price is what was asked for or the reserve, whichever is lower, ${price}.`,
      raised: ({ price }, { paddle }) =>
        `${paddle} already led and lowered the own minimum: the price makes up the step it was short of and is ${price}.`,
      raisedToReserve: ({ price }, { paddle }) =>
        `${paddle} already led and lowered the own minimum: the reserve is met and the price is ${price}.`,
      tie: ({ amount }, { leader }) =>
        `An offer of ${amount} was answered by one as low that came earlier: ${leader} leads at it.`,
      answer: ({ amount, price }, { leader }) =>
        `An offer of ${amount} was answered at once by the standing minimum of ${leader}, who leads one step below it, at ${price}.`,
      partOfAnswer: ({ amount, price }, { leader }) =>
        `An offer of ${amount} was answered at once by the standing minimum of ${leader}, who leads at ${price}.`,
    } satisfies Record<string, Sentence>,
  },
  mails: {
    notices: {
      outbid: (title, { price }) => [
        `You were outbid: ${title}`,
        `Somebody has made a better bid. The price is ${price}.`,
      ],
      won: (title, { price }) => [`You won: ${title}`, `The hammer came down for you, at ${price}.`],
      lost: (title) => [`Not won: ${title}`, 'This lot has ended without you.'],
      closing_soon: (title, { time, price }) => [
        `Closing soon: ${title}`,
        `It closes on ${time}.${price === '' ? '' : ` The price is ${price}.`}`,
      ],
      lot_coming_up: (title) => [`Open for bids: ${title}`, 'A lot that you watch is open for bids now.'],
      message: (title) => [`A message: ${title}`, 'You have a message about this lot.'],
      registration: (title) => [`Your registration: ${title}`, 'There is news of your registration.'],
      offer: (title) => [`An offer: ${title}`, 'You have an offer.'],
      invoice: (title) => [`Your invoice: ${title}`, 'You have an invoice.'],
      payment: (title) => [`A payment: ${title}`, 'There is news of a payment.'],
    } satisfies Record<string, Notice>,
    accounts: {
      verification: (house) => [
        `Your e-mail address at ${house}`,
        'Please confirm that this is your e-mail address. The link is good for 30 minutes, and once.',
        'If you have not asked for this, do nothing.',
      ],
      reset: (house) => [
        `A new password at ${house}`,
        'With this link you can set a new password. It is good for 30 minutes, and once.',
        'If you have not asked for this, do nothing: your password stays as it is.',
      ],
      password_changed: (house) => [
        `Your password at ${house} was changed`,
        'Your password was changed, and every other session ended.',
        NOT_YOU,
      ],
      email_changed: (house, { email }) => [
        `Your e-mail address at ${house} was changed`,
        `Your account has the address ${email} from now on, and this one gets no more mail.`,
        'If this was not you, write to the house at once.',
      ],
      email_changing: (house, { email }) => [
        `Your e-mail address at ${house} is to be changed`,
        `Somebody who is signed in as you has asked for the address ${email}. It counts once it is confirmed there.`,
        NOT_YOU,
      ],
      new_device: (house, { device }) => [
        `A new sign-in at ${house}`,
        `Somebody has signed in to your account from a device that was not seen before: ${device}.`,
        NOT_YOU,
      ],
    } satisfies Record<string, AccountMail>,
    toLot: 'To the lot',
    toVerify: 'Confirm my address',
    toReset: 'Set a new password',
    toAccount: 'To my account',
    unsubscribe: 'No more mails of this kind',
    noticeFoot: (house: string) =>
      `You get this mail from ${house} because you bid on this lot, watch it, ask about it or sell it.`,
    accountFoot: (house: string) => `You get this mail because of your account at ${house}.`,
  },
  pages: {
    auctions: 'Auctions',
    tagline: 'Live auctions: watch and bid.',
    needsScript: 'This is how it stood when the page was sent. To follow it live and to bid, JavaScript is needed.',
    plainNeedsScript: 'This page needs JavaScript. The auctions can be read without it.',
    price: 'Current price',
    startsAt: 'Starts at',
    soldFor: 'Sold for',
    ends: 'Ends',
    opens: 'Opens',
    ended: 'Ended',
    bids: (count: number) => (count === 1 ? '1 bid' : `${count} bids`),
    missing: 'There is nothing here',
    missingHint: 'The address may have been mistyped, or the page has moved.',
    toAuctions: 'To the auctions',
    status: {
      draft: 'Draft',
      scheduled: 'Upcoming',
      open: 'Open',
      paused: 'Paused',
      closed: 'Closed',
      cancelled: 'Cancelled',
    },
    unsold: 'Not sold',
    voided: 'void',
    house: 'house',
  },
  house: {
    imprint: 'Imprint',
    privacy: 'Privacy',
    terms: 'Terms',
    contact: 'Contact',
    version: (version: number, since: string) => `Version ${version}, since ${since} UTC.`,
    former: (version: number) => `This is version ${version}; it no longer holds.`,
    present: 'Read the terms that hold now',
    others: 'Earlier versions:',
  },
  film: {
    film: 'The film of the close',
    lastMinute: 'The last minute of bidding',
    none: 'Nobody bid.',
    seconds: (figure: string) => figure,
    after: (seconds: string) => `${seconds} s in`,
    voided: (paddle: string, price: string, reason: string) => `The bid of ${paddle} was voided: ${reason}. ${price}`,
    extended: 'The end was moved.',
    toAuction: 'To the auction',
    needsScript: 'To see it move, and to verify it on your own device, JavaScript is needed.',
  },
  filmPicture: {
    sold: (to: string) => `Sold to ${to}`,
    unsold: 'Unsold',
    film: 'The film of the close',
    none: 'No bids',
  },
  unsubscribe: {
    title: 'No more mails of this kind?',
    button: 'Send me no more',
    done: 'You get no more mails of this kind. On your account page you can have them again.',
    gone: 'This link is not complete. Choose on your account page which mails you get.',
    account: 'To the account page',
  },
  offline: {
    offline: 'Offline',
    unreachable:
      'This page cannot be reached now. Prices and bids are not shown, as they could be old. No bid was sent.',
    again: 'Try again',
  },
}
