import { once } from 'node:events'
import { callbackify } from 'node:util'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import { onTestFinished } from 'vitest'
import { freePort } from './process.ts'

/** A mail as it arrived. */
export type Arrived = ParsedMail & { readonly recipients: readonly string[] }

/** An SMTP server that keeps what it is sent, or refuses it. */
export class MailServer {
  readonly port: number
  readonly mails: Arrived[] = []
  /** What it answers instead of taking a mail, for each time that it is asked. */
  readonly refusals: { readonly code: number; readonly message: string }[] = []
  #server: SMTPServer | null = null

  static async open(): Promise<MailServer> {
    const server = new MailServer(await freePort())
    await server.start()
    onTestFinished(() => server.stop())
    return server
  }

  private constructor(port: number) {
    this.port = port
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`
  }

  async start(): Promise<void> {
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo: (_address, _session, done) => {
        const refusal = this.refusals.shift()
        done(refusal === undefined ? null : Object.assign(new Error(refusal.message), { responseCode: refusal.code }))
      },
      onData: callbackify(async (stream: SMTPServerDataStream, { envelope }: SMTPServerSession) => {
        const mail = await simpleParser(stream)
        this.mails.push({ ...mail, recipients: envelope.rcptTo.map(({ address }) => address) })
      }),
    })
    this.#server.on('error', () => {})
    await once(this.#server.listen(this.port, '127.0.0.1'), 'listening')
  }

  async stop(): Promise<void> {
    const server = this.#server
    this.#server = null
    if (server !== null) await new Promise<void>((resolve) => server.close(resolve))
  }

  /** The mails that somebody got, the latest last. */
  to(address: string): Arrived[] {
    return this.mails.filter(({ recipients }) => recipients.includes(address))
  }
}
