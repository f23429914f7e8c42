import { type Check, type Definitions, type Schema, checkOf, inlined } from './schema.ts'

/** What the AsyncAPI document says of a channel: what may be sent, and how what comes must look. */
export type Described = {
  readonly address: string
  readonly sent: readonly Schema[]
  readonly checks: ReadonlyMap<string, Check>
}

type Channel = {
  readonly address: string
  readonly messages: Readonly<Record<string, { readonly payload: Schema }>>
}
type Operation = {
  readonly action: 'send' | 'receive'
  readonly channel: { readonly $ref: string }
  readonly messages: readonly { readonly $ref: string }[]
}
export type AsyncApi = {
  readonly info: { readonly description: string }
  readonly channels: Readonly<Record<string, Channel>>
  readonly operations: Readonly<Record<string, Operation>>
  readonly components: { readonly schemas: Definitions }
}

export function channelsOf({ channels, operations, components }: AsyncApi): Described[] {
  return Object.entries(channels).map(([name, { address, messages }]) => {
    const named = (action: Operation['action']) =>
      Object.values(operations)
        .filter((one) => one.action === action && one.channel.$ref.endsWith(`/${name}`))
        .flatMap((one) => one.messages.map(({ $ref }) => $ref.split('/').at(-1)!))
    const schemaOf = (message: string) => inlined(messages[message]!.payload, components.schemas)
    return {
      address,
      sent: named('receive').map(schemaOf),
      checks: new Map(named('send').map((message) => [message, checkOf(schemaOf(message))])),
    }
  })
}

/** The numbers that the document says a socket may be closed with; 1000 answers our own. */
export function closeNumbersOf({ info }: AsyncApi): ReadonlySet<number> {
  return new Set([1000, ...[...info.description.matchAll(/\b[14]\d{3}\b/g)].map(([number]) => Number(number))])
}
