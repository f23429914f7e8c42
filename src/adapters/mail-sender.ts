import nodemailer, { type Transporter } from 'nodemailer'
import type { Language } from '../languages/list.ts'
import { limits } from '../config/limits.ts'
import { DEFAULT_PREFERENCES, type NoticeData, type NoticeKind, noticeKind } from '../domain/notices.ts'
import type { Accounts, User } from '../engine/account-ports.ts'
import type { Deliveries, Delivery } from '../engine/delivery-ports.ts'
import { PermanentError, type Sender, type Sent } from '../engine/dispatcher.ts'
import type { Emails } from '../engine/email-ports.ts'
import type { Engine } from '../engine/engine.ts'
import type { HouseRecords } from '../engine/house-ports.ts'
import { type IsPresent, newsOf } from '../engine/notice-news.ts'
import type { Links } from '../engine/links.ts'
import type { Clock } from '../engine/ports.ts'
import type { Told } from '../engine/told-ports.ts'
import { type AccountMailKind, type Mail, accountMail, htmlMail, noticeMail, plainMail } from '../text/mails.ts'

const DAY_MS = 24 * 3_600 * 1_000
/** What the service calls itself where the house has no name. */
const NAMELESS = 'Martillo'

type MailSenderDependencies = {
  readonly smtpUrl: string
  readonly from: string
  readonly accounts: Pick<Accounts, 'user'>
  readonly emails: Pick<Emails, 'verifiedAt'>
  readonly told: Pick<Told, 'preferences'>
  readonly deliveries: Pick<Deliveries, 'lastSent'>
  readonly engine: Pick<Engine, 'stored'>
  readonly house: Pick<HouseRecords, 'face'>
  readonly links: Links
  readonly clock: Clock
  /** Whether somebody has an auction's room open. */
  readonly isPresent: IsPresent
}

/** What a mail about an account needs to say. */
export type AccountMailBody = {
  /** To whom it goes, where that is not the address of the account. */
  readonly to?: string
  readonly device?: string
  readonly email?: string
}

/** Sends mails by SMTP, as things stand when they are sent. */
export class MailSender implements Sender {
  readonly merges = true
  readonly triedForMs = DAY_MS
  readonly #deps: MailSenderDependencies
  readonly #smtp: Transporter

  constructor(deps: MailSenderDependencies) {
    this.#deps = deps
    const timeouts = { connectionTimeout: limits.deliveryMsMax, socketTimeout: limits.deliveryMsMax }
    this.#smtp = nodemailer.createTransport(deps.smtpUrl, { from: deps.from, ...timeouts })
  }

  async send(delivery: Delivery): Promise<Sent> {
    const user = await this.#deps.accounts.user(delivery.userId)
    if (user === null) return { result: 'dropped' }
    const kind = noticeKind.safeParse(delivery.kind)
    return kind.success ? this.#sendNotice(delivery, kind.data, user) : this.#sendAccount(delivery, user)
  }

  async #sendNotice(delivery: Delivery, kind: NoticeKind, user: User): Promise<Sent> {
    const { told, emails, links, deliveries, clock } = this.#deps
    const preferences = (await told.preferences([user.id])).get(user.id) ?? DEFAULT_PREFERENCES
    const isWanted = preferences.notices[kind].includes('email') && !user.blocked
    if (!isWanted || (await emails.verifiedAt(user.id)) === null) return { result: 'dropped' }
    const given = JSON.parse(delivery.body) as NoticeData
    const { engine, isPresent } = this.#deps
    const { auctionId } = delivery
    const data = await newsOf({ kind, userId: user.id, auctionId, given }, { engine, isPresent })
    if (data === null) return { result: 'dropped' }
    if (kind === 'outbid') {
      const earliest = ((await deliveries.lastSent(delivery)) ?? 0) + limits.outbidMailsMs
      if (earliest > clock.now()) return { result: 'later', at: earliest }
    }
    const unsubscribeUrl = links.unsubscribe(user.id, kind)
    const lotUrl = delivery.auctionId === null ? links.account() : links.auction(delivery.auctionId)
    const mail = noticeMail(kind, data, preferences, { house: await this.#house(), lotUrl, unsubscribeUrl })
    return this.#sendMail(delivery, { to: user.email, mail, language: preferences.language })
  }

  async #sendAccount(delivery: Delivery, user: User): Promise<Sent> {
    const { told, links } = this.#deps
    const { language } = (await told.preferences([user.id])).get(user.id) ?? DEFAULT_PREFERENCES
    const { to = user.email, ...said } = JSON.parse(delivery.body) as AccountMailBody
    const kind = delivery.kind as AccountMailKind
    const url =
      kind === 'verification'
        ? links.verification(delivery.id)
        : kind === 'reset'
          ? links.reset(delivery.id)
          : links.account()
    const mail = accountMail(kind, language, { house: await this.#house(), url, ...said })
    return this.#sendMail(delivery, { to, mail, language })
  }

  async #sendMail(
    { id }: Delivery,
    { to, mail, language }: { readonly to: string; readonly mail: Mail; readonly language: Language },
  ): Promise<Sent> {
    const host = this.#deps.from.replace(/^.*@|>$/g, '')
    const unsubscribe: Record<string, string> =
      mail.unsubscribe === null
        ? {}
        : {
            'List-Unsubscribe': `<${mail.unsubscribe.url}>`,
            'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
          }
    try {
      await this.#smtp.sendMail({
        to,
        subject: mail.subject,
        text: plainMail(mail),
        html: htmlMail(mail, language),
        messageId: `<${id}@${host}>`,
        headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': language, ...unsubscribe },
      })
    } catch (error) {
      throw isRefusal(error) ? new PermanentError((error as Error).message, { cause: error }) : error
    }
    return { result: 'sent' }
  }

  async #house(): Promise<string> {
    return (await this.#deps.house.face()).name ?? NAMELESS
  }

  close(): void {
    this.#smtp.close()
  }
}

/** Whether the server refuses this mail for good (RFC 5321, 4.2.1); not where it refuses us, which an operator can mend. */
function isRefusal(error: unknown): boolean {
  const { responseCode = 0, code } = error as { responseCode?: number; code?: string }
  return responseCode >= 500 && code === 'EENVELOPE'
}
