export const texts = {
  title: 'Questions and answers',
  none: 'Nobody has asked anything yet.',
  questions: 'Questions',
  reports: 'Reported',
  noReports: 'No message is reported.',
  from: (name: string, lot: string) => `${name}, ${lot}`,
  unread: (count: number) => `${count} new`,
  answer: (name: string) => `Answer ${name}`,
  send: 'Send',
  sending: 'Sending …',
  back: 'All questions',
  toLot: 'To the auction',
  gone: 'Whoever asked this has left: nobody would read an answer.',
  seller: 'Seller',
  house: 'House',
  removed: 'Removed',
  reported: (count: number) => (count === 1 ? 'reported once' : `reported ${count} times`),
  remove: 'Remove',
  reason: 'Why it is removed',
  new: (count: number) => (count === 1 ? '1 new question' : `${count} new questions`),
}

export type Texts = typeof texts
