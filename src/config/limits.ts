/** Every limit with its unit and its reason. Loaded by the thread that writes, too: it imports nothing. */

export const limits = {
  /** Commands that wait for a commit. Beyond it the answer is try_again: waiting longer would help nobody. */
  queueMax: 10_000,
  /** Commands in one transaction: enough to share an fsync, few enough to answer within some 20 ms. */
  batchMax: 512,
  /** How often a command is decided anew after another process was faster. */
  conflictRetriesMax: 8,
  /** Refused bids in an auction's private chain: enough for any dispute, and no flood fills the disk. */
  refusalsKeptMax: 1_000,
  /** Of one person and reason those that have an entry each. */
  refusalsSinglyMax: 10,
  /** Auctions held in memory; others are read again when they are asked for. */
  auctionsHeldMax: 10_000,
  /** How often it is noted that the service lives: the precision of the outage rule (SC-5). */
  beatMs: 1_000,
  /** Every how many beats the note is written durably: one small fsync in five seconds. */
  beatsPerWrite: 5,
  /** A write that takes longer hangs: whoever waits is told that the outcome is unknown. */
  stallMs: 3_000,
  /** Between attempts to open sick storage again. */
  recoverMs: 500,
  /** What was received and waits longer for its turn to be read counts as received later, and no end waits for it. */
  arrivalMsMax: 1_000,
  /** How soon a client told try_again should come back. */
  retryAfterSeconds: 1,

  /** A request's body: a description of 20,000 characters in UTF-8, twice over. */
  bodyBytesMax: 256 * 1024,
  /** Of a body that was refused as too large what is read away before the answer, for how long, and how long nothing may come. */
  drainBytesMax: 32 * 1024 * 1024,
  drainMs: 5_000,
  drainIdleMs: 1_000,
  /** A client that sends its request more slowly than this is let go. */
  requestTimeoutMs: 30_000,
  /** A connection on which nothing moves, such as one whose answer nobody reads: longer than a long poll waits. */
  idleConnectionMs: 60_000,
  /** Connections that wait to be taken: beyond it the kernel drops them, and who bids tries again only after a second. */
  backlogMax: 4_096,
  /** How long a browser keeps what a preflight said: Chromium takes no more. */
  preflightSeconds: 7_200,
  /** How long an EventSource waits before it comes back. */
  streamRetryMs: 2_000,
  /** Requests on one connection that wait for their answers. */
  pipelinedMax: 16,
  /** Ledgers sent at a time to one network or person: the kernel takes some 5 MB of each from whoever does not read. */
  ledgersAtOnce: 4,
  /** How often it is looked for such clients. */
  slowRequestsLookMs: 5_000,

  /** A photograph as a telephone takes it, with room to spare. */
  imageBytesMax: 10 * 1024 * 1024,
  /** The most that cameras make. A baseline JPEG is made smaller as it is read, a PNG row by row: 15 MiB and 95 MiB at the peak. */
  imagePixelsMax: 210_000_000,
  /** Of what must be held as a whole to decode it (progressive and interlaced, WebP, GIF, turned PNG): some 200 to 400 MB for a moment. */
  imagePixelsHeldMax: 64_000_000,
  /** AVIF costs up to thirty times the decoding of a JPEG, in one go that no time limit ends: some 2 s. */
  avifPixelsMax: 16_000_000,
  /** What an AVIF's pixels count for where pixels are counted. */
  avifPixelCost: 4,
  /** A picture that takes longer to decode was made to. */
  imageSecondsMax: 5,
  /** Pictures decoded at once: one leaves the other core to bids. */
  picturesAtOnce: 1,
  /** Uploads coming in, and decodings waiting: each holds up to imageBytesMax. */
  picturesWaitingMax: 8,
  /** Of these uploads, those of one person: eight slow ones shall not keep all others out. */
  uploadsPerPersonMax: 2,
  /** All pictures on disk: some 20,000, and no more than a small disk bears. */
  imagesBytesTotalMax: 5 * 1024 ** 3,
  /** Those of one seller: some 2,000. Admins are bound by the total alone. */
  imagesBytesPerSellerMax: 500 * 1024 ** 2,
  /** How long a picture that no auction names is kept: a form is filled in within that. */
  unusedPictureMs: 7 * 24 * 3_600 * 1_000,
  /** How often it is looked for such pictures, and for sessions that are over. */
  sweepEveryMs: 24 * 3_600 * 1_000,
  /** Auctions read in one go when it is looked what they name, before others have their turn. */
  sweepAuctionsMax: 200,
  /** A picture of another site: how long it may take, how often it may send us on, how many are fetched at once. */
  copyTimeoutMs: 10_000,
  copyRedirectsMax: 3,
  copiesAtOnce: 2,
  /** How often it is looked for pictures to fetch. */
  copiesLookMs: 60_000,
  /** Pictures to fetch that are read in one go, and those of one person that are under way. */
  copiesDueMax: 50,

  /** How far the hits of a list are counted. */
  countedMax: 10_000,
  /** Events that a film of a close is made of, at most: five a second through its minute. */
  filmEventsMax: 300,
  /** Films kept ready, of some 150 kB at most, and previews of some 30 kB: what links lead to these days. */
  filmsKept: 50,
  filmPicturesKept: 200,

  /** Auctions whose lines in lists are kept as they are shown: some 2 kB each. */
  listedKeptMax: 10_000,
  pageDefault: 50,
  pageMax: 200,

  /** A frame from a client, as the contract says. */
  frameBytesMax: 16 * 1024,
  heartbeatSeconds: 10,
  /** Heartbeats without a pong after which a connection is dead. */
  missedPongsMax: 2,
  /** Messages that could not be read after which a socket is not understood. */
  unreadableMax: 10,
  /** How long a watcher may leave unread what the socket holds (64 KiB); no more events are sent to it meanwhile. */
  unreadMs: 20_000,
  /** What somebody who fell behind is sent at once. */
  catchUpBytes: 64 * 1024,
  /** What a watcher may leave unread, whatever it is, before it is let go to resume. */
  unreadBytesMax: 256 * 1024,
  /** After a close frame nobody answers. */
  closeTimeoutMs: 5_000,
  /** How long who floods has to read that they did. */
  floodCloseMs: 500,
  /** Where one must be signed in to watch: how long a socket may wait with its token. */
  authTimeoutMs: 5_000,
  /** How long who comes to an auction that is over has to say who they are, before its channel ends. */
  overGraceMs: 1_500,
  /** Sockets and streams of this process; of one user or, signed out, of one address (of IPv6: of one /64). */
  watchersMax: 20_000,
  watchersPerUserMax: 100,
  /** Of those who are not signed in, how many of one address follow many auctions at once. */
  cataloguesPerAddressMax: 500,
  watchersPerAddressMax: 2_000,
  /** How many times the budget of one /64 all of an IPv6 /48 have. */
  wideNetworkTimes: 8,
  /** Sockets beyond the share of those who are not signed in, which have a moment to sign in; and those of one address. */
  pendingSignInMax: 1_000,
  pendingSignInPerAddressMax: 100,
  /** Recent events kept ready for those who resume; older ones come from the journal. */
  ringEvents: 200,
  /** A resume of more is answered by a snapshot; also the events of one answer without WebSocket. */
  resumeEventsMax: 1_000,
  /** After an end, for bids that another node received before it. */
  closeMarginMs: 150,
  /** Snapshots of auctions that somebody joined. */
  snapshotsKeptMax: 500,
  /** At most one frame in this time to a page that shows many auctions. */
  pricesEveryMs: 250,
  /** While messages between nodes are lost, watched prices are looked up again after so long. */
  pricesRefreshMs: 1_000,
  waitSecondsMax: 30,

  /** Lots on one watchlist: as many as one list of prices may name. */
  watchlistMax: 200,
  /** How often notices are made of what was committed, and it is looked for auctions that close soon. */
  noticesEveryMs: 500,
  closingLookMs: 5_000,
  /** How often it is looked for what is to be sent; of how many streams at once, and how many of each. */
  deliveriesEveryMs: 1_000,
  deliveryStreamsMax: 20,
  deliveriesPerStreamMax: 20,
  /** How long a try may take, and how long those of one stream in a row; after the lease another node may try. */
  deliveryMsMax: 15_000,
  deliveryRunMsMax: 45_000,
  deliveryLeaseMs: 90_000,
  /** How long what was sent or given up is kept to look at. */
  deliveryKeptMs: 30 * 24 * 3_600 * 1_000,
  /** Mails of one lot that tell somebody they were outbid: one in this time. */
  outbidMailsMs: 120_000,
  /** How long a link of a mail that proves an address is good. */
  emailTokenMs: 30 * 60 * 1_000,
  /** Of one account: keys of programs, webhooks, and browsers that take push messages. */
  apiKeysMax: 50,
  webhooksMax: 10,
  pushSubscriptionsMax: 20,
  /** How long a socket of a key stays at most, before its program connects anew. */
  keySocketMs: 14 * 24 * 3_600 * 1_000,
  /** How long a notice is kept, and how many go in one transaction. */
  noticeKeptMs: 90 * 24 * 3_600 * 1_000,
  noticesSweptMax: 500,
  /** Notices that are marked as read at once. */
  noticesReadMax: 200,
  /** Last messages of a room in a snapshot. */
  roomMessagesShown: 20,
  /** Watchers above which a room has neither names nor typing, and its count moves less often. */
  crowdedRoom: 200,
  /** How often it is looked who is in a room: so much later than it could be known it is told. */
  presenceLookMs: 250,
  /** Least time between two frames of presence, and in a crowded room. */
  presenceEveryMs: 1_000,
  presenceEveryCrowdedMs: 5_000,
  /** How long a paddle stays present behind its last socket: a page that is loaded anew does not leave. */
  presenceKeptMs: 5_000,
  /** Frames of presence that are kept to make up for those that a slow reader missed. */
  presenceKept: 32,
  /** Frames of a room travel together for so long: each costs a system call for every watcher. */
  roomRestMs: 50,
  roomRestCrowdedMs: 500,
  /** How often it is looked whether who missed some of it can take it by now. */
  roomMadeUpEveryMs: 1_000,
  /** Frames of one room that wait to be sent; beyond it typing is dropped, and messages are read again. */
  roomFramesWaitingMax: 100,
  /** Messages in one transaction, the time between two such, and messages that wait for one: bids go first. */
  roomBatchMax: 100,
  roomWriteEveryMs: 100,
  roomWritesWaitingMax: 1_000,
  /** Settings of rooms that are kept in memory. */
  roomsKeptMax: 10_000,
  /** How long after the end of an auction what was said in its room is kept. */
  roomKeptMs: 30 * 24 * 3_600 * 1_000,
  /** Messages that are removed in one transaction. */
  roomSweptMax: 200,
  /** The longest time for which somebody is muted, other than for good: as long as an auction may last. */
  muteSecondsMax: 1_100 * 86_400,

  accessTokenSeconds: 15 * 60,
  sessionSeconds: 30 * 24 * 3_600,
  /** How long a renewal whose answer was lost is answered again: pages notice that after 10 s, and are loaded again after a few more. */
  refreshGraceMs: 30_000,
  /** The last day of a session, whatever the refreshes: a stolen one does not live for ever. */
  sessionWholeSeconds: 90 * 24 * 3_600,
  /** How long a session that is over is kept, and how many go in one transaction: each lets others commit between. */
  sessionKeptMs: 7 * 24 * 3_600 * 1_000,
  sessionsSweptMax: 200,
  /** Passwords being hashed at once (19 MiB each), one leaving the other core to bids. */
  hashesAtOnce: 1,
  /** Passwords waiting for it, some five seconds of work; of one network as many as it may sign in at once. */
  hashesWaitingMax: 100,
  hashesWaitingPerNetworkMax: 30,
  /** Hashes of which it is kept whose they were: those of some minutes. */
  hashesCounted: 4_000,
} as const

export const rates = {
  /** Requests by network or, signed in, by user: a room of 300 may share an address, and each loads a page at once. */
  requests: { perSecond: 50, burst: 3_000 },
  /** Requests with a token that is not good, by network: each costs a signature. */
  badTokens: { perSecond: 50, burst: 3_000 },
  /** Connections of one network that are cut off for what they send unasked, before it cannot connect. */
  cutOff: { perSecond: 0.5, burst: 10 },
  /** Sign-ins by network: 30 a minute. */
  signIn: { perSecond: 0.5, burst: 30 },
  /** Wrong passwords for one account from one network: more is guessing. Whoever is elsewhere has guesses of their own. */
  wrongPasswords: { perSecond: 1 / 30, burst: 10 },
  /** Accounts made from one network: 100 an hour. */
  signUp: { perSecond: 100 / 3_600, burst: 100 },
  /** Refresh tokens exchanged by network: each leaves one that is kept as long as its session. */
  refreshes: { perSecond: 2, burst: 3_000 },
  /** … and of one session: a page that is loaded exchanges one. 2,900 a day are kept. */
  sessionRefreshes: { perSecond: 1 / 30, burst: 120 },
  /** Mails with a link that prove the address of one account: three at once, six an hour. */
  accountMails: { perSecond: 6 / 3_600, burst: 3 },
  /** Auctions made by one seller, and changed or acted on: admins make and change as many as they like. */
  creations: { perSecond: 1_000 / 3_600, burst: 1_000 },
  edits: { perSecond: 300 / 3_600, burst: 300 },
  /** Pictures of one user: ten auctions with all their pictures in an hour. */
  images: { perSecond: 200 / 3_600, burst: 200 },
  /** Pixels of one user that are decoded: 160 photographs of 12 megapixels an hour. */
  pixels: { perSecond: 2_000_000_000 / 3_600, burst: 2_000_000_000 },
  /** Bids of one user over both transports: far above a finger, and a bot gains nothing by more. */
  bids: { perSecond: 20, burst: 40 },
  /** Auctions that one asks to be told the prices of: 300 people of one address who load a page at once; strangers, and one member. */
  watchedByStrangers: { perSecond: 100, burst: 15_000 },
  watchedByMembers: { perSecond: 200, burst: 4_000 },
  /** Bids of one user in one auction that are accepted, by the hour, and five times as many in all: each is stored for good, silent raises too. */
  acceptedBids: { perSecond: 1_000 / 3_600, burst: 1_000 },
  /** … and of one network, which can make accounts without end: 5,000 at once is a room of 100 for some minutes. 72 MB an hour. */
  acceptedBidsByNetwork: { perSecond: 20_000 / 3_600, burst: 5_000 },
  /** Messages of one socket. */
  messages: { perSecond: 50, burst: 100 },
  /** Messages of one speaker in one room, and of all in it. */
  speaker: { perSecond: 0.5, burst: 5 },
  room: { perSecond: 20, burst: 20 },
  /** How often it is told that somebody types. */
  typing: { perSecond: 1 / 3, burst: 1 },
  /** Messages that one person reports. */
  reports: { perSecond: 1 / 60, burst: 30 },
  /** Users and networks counted of each kind: some 10 MB. */
  bucketsMax: 50_000,
} as const
