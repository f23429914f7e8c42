/** Every kind of fault that the checker tells apart, and the promise it breaks. */
export const faultKinds = {
  // The ledger by itself.
  ledger_gap: 'Numbers are contiguous from 1',
  ledger_inconsistent: 'Counts and the minimum bid follow from the event before',
  closed_twice: 'There is one closing event (SC-6)',
  event_after_close: 'Nothing follows the closing event (SC-6)',
  closed_early: 'Nothing closes early (SC-4)',
  closed_late: 'The closing is dated when it was due (SC-1)',
  accepted_late: 'A bid taken at or after the end is late (SC-1)',
  // Bids and their answers.
  ack_lost: 'Every acknowledged bid is in the ledger',
  bid_twice: 'Every bid is in the ledger once',
  ack_differs: 'An answer says what the event of its seq says',
  silent_raise_shown: 'A silent raise is in no event (PX-9)',
  bid_unexplained: 'Every event of a bid is somebody’s who was told so, or was told nothing',
  refused_yet_recorded: 'What was refused is not recorded',
  paddle_mixed: 'A paddle is one bidder’s',
  order_broken: 'What was answered before another was asked has the smaller seq',
  stamped_outside: 'The instant of a bid lies between the question and the answer',
  refusal_wrong: 'A refusal is right at its asOfSeq',
  refusal_stale: 'A refusal knows of everything that anybody knew when it was asked for',
  key_answered_twice: 'A key is answered the same, always',
  // What was seen.
  view_wrong: 'What is shown is the state at its seq',
  view_stale: 'What is shown knows of everything that anybody knew when it was asked for',
  snapshot_wrong: 'A snapshot is the state at its seq',
  event_missing: 'No event is missing on a connection',
  event_repeated: 'No event comes twice on a connection',
  events_disordered: 'Events come in their order',
  resume_gap: 'A connection goes on exactly after the seq it was asked to',
  event_differs: 'An event is pushed as it is in the ledger',
  event_unrecorded: 'An event is pushed only when it is in the ledger',
  heartbeat_wrong: 'A heartbeat names the head at its seq',
  end_missing: 'Every watcher is told of the end',
  ended_early: 'No watcher is sent away as from the end before it',
} as const

export type FaultKind = keyof typeof faultKinds

export type Fault = { readonly kind: FaultKind; readonly auction: string; readonly what: string }

/** Notes a fault where something that was promised does not hold. */
export type Claim = (holds: boolean, kind: FaultKind, what: () => string) => void
