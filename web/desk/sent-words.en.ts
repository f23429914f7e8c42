export const texts = {
  webhooks: 'Webhooks',
  webhooksHint:
    'A program of yours is told what happens: each event is posted to its address, signed, in order for each lot, and again for three days until it answers.',
  noWebhooks: 'None yet.',
  address: 'Address (https)',
  events: 'Events',
  add: 'Add a webhook',
  remove: 'Take away',
  secretOnce: 'This secret checks the signatures. Copy it now: it is not shown again.',
  look: 'What it was sent',
  deliveries: 'Mails, push messages and webhooks',
  deliveriesHint: 'What goes out of the house, the newest first, for 30 days.',
  all: 'All',
  states: { waiting: 'Waiting', sent: 'Sent', dropped: 'Not needed any more', dead: 'Given up' },
  ways: { email: 'E-mail', push: 'Push', webhook: 'Webhook' },
  none: 'Nothing here.',
  tries: (count: number) => (count === 1 ? '1 try' : `${count} tries`),
  next: (time: string) => `next ${time}`,
  again: 'Send again',
}

export type Texts = typeof texts
