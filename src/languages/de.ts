import type { Texts } from './texts.ts'

const NOT_YOU =
  'Wenn Sie das nicht waren, setzen Sie ein neues Passwort und beenden Sie alle anderen Sitzungen auf der Seite Ihres Kontos.'

export const de: Texts = {
  explanation: {
    extended: 'Es kam in den letzten Minuten, die das Ende verschieben; deshalb wurde das Ende verschoben.',
    voided: 'Das Gebot wurde später für ungültig erklärt und der Preis ohne dieses Gebot neu berechnet.',
    reasons: {
      boughtNow: ({ price }, { paddle }) =>
        `${paddle} hat zum Sofortpreis von ${price} gekauft; damit war die Auktion zu Ende.`,
      first: ({ start }, { paddle }) =>
        `${paddle} hat als Erster geboten und führt zum Startpreis von ${start}, wie hoch das Gebot auch war.`,
      firstAtReserve: ({ price }, { paddle }) =>
        `${paddle} hat als Erster geboten, und das Limit ist erreicht: Der Preis ist das verlangte Gebot oder das Limit, je nachdem, was höher ist, also ${price}.`,
      shownWhole: ({ price }, { paddle }) =>
        `${paddle} führt; unter dem Limit wird ein Gebot in voller Höhe gezeigt: ${price}.`,
      jump: ({ price }, { paddle }) => `${paddle} hat genau den Preis von ${price} geboten und führt damit.`,
      step: ({ price, beaten }, { paddle }) =>
        `${paddle} hat ein Gebot von ${beaten} überboten und führt einen Schritt darüber, bei ${price}.`,
      partOfStep: ({ price, beaten }, { paddle }) =>
        `${paddle} hat ein Gebot von ${beaten} um weniger als einen ganzen Schritt überboten, was genügt: Der Preis ist ${price}.`,
      reserve: ({ price, beaten }, { paddle }) =>
        `${paddle} hat ein Gebot von ${beaten} überboten, und das Limit ist erreicht: Der Preis ist das verlangte Gebot oder das Limit, je nachdem, was höher ist, also ${price}.`,
      raised: ({ price }, { paddle }) =>
        `${paddle} führte schon und hat das eigene Höchstgebot erhöht: Der Preis holt den fehlenden Teil des Schritts nach und ist ${price}.`,
      raisedToReserve: ({ price }, { paddle }) =>
        `${paddle} führte schon und hat das eigene Höchstgebot erhöht: Das Limit ist erreicht, und der Preis ist ${price}.`,
      tie: ({ amount }, { leader }) =>
        `Auf ein Gebot von ${amount} antwortete ein gleich hohes, das früher kam: ${leader} führt zu diesem Preis.`,
      answer: ({ amount, price }, { leader }) =>
        `Auf ein Gebot von ${amount} antwortete sofort das Höchstgebot von ${leader}, der einen Schritt darüber führt, bei ${price}.`,
      partOfAnswer: ({ amount, price }, { leader }) =>
        `Auf ein Gebot von ${amount} antwortete sofort das Höchstgebot von ${leader}, der bei ${price} führt.`,
      stays: ({ amount, price }, { leader }) =>
        `Ein Gebot von ${amount} hat den Preis nicht bewegt: ${leader} führt weiter bei ${price}.`,
    },
    reasonsDown: {
      first: ({ start }, { paddle }) =>
        `${paddle} hat als Erster geboten und führt zum Startpreis von ${start}, wie niedrig das Gebot auch war.`,
      firstAtReserve: ({ price }, { paddle }) =>
        `${paddle} hat als Erster geboten, und das Limit ist erreicht: Der Preis ist das verlangte Gebot oder das Limit, je nachdem, was niedriger ist, also ${price}.`,
      step: ({ price, beaten }, { paddle }) =>
        `${paddle} hat ein Gebot von ${beaten} unterboten und führt einen Schritt darunter, bei ${price}.`,
      partOfStep: ({ price, beaten }, { paddle }) =>
        `${paddle} hat ein Gebot von ${beaten} um weniger als einen ganzen Schritt unterboten, was genügt: Der Preis ist ${price}.`,
      reserve: ({ price, beaten }, { paddle }) =>
        `${paddle} hat ein Gebot von ${beaten} unterboten, und das Limit ist erreicht: Der Preis ist das verlangte Gebot oder das Limit, je nachdem, was niedriger ist, also ${price}.`,
      raised: ({ price }, { paddle }) =>
        `${paddle} führte schon und hat das eigene Mindestgebot gesenkt: Der Preis holt den fehlenden Teil des Schritts nach und ist ${price}.`,
      raisedToReserve: ({ price }, { paddle }) =>
        `${paddle} führte schon und hat das eigene Mindestgebot gesenkt: Das Limit ist erreicht, und der Preis ist ${price}.`,
      tie: ({ amount }, { leader }) =>
        `Auf ein Gebot von ${amount} antwortete ein gleich niedriges, das früher kam: ${leader} führt zu diesem Preis.`,
      answer: ({ amount, price }, { leader }) =>
        `Auf ein Gebot von ${amount} antwortete sofort das Mindestgebot von ${leader}, der einen Schritt darunter führt, bei ${price}.`,
      partOfAnswer: ({ amount, price }, { leader }) =>
        `Auf ein Gebot von ${amount} antwortete sofort das Mindestgebot von ${leader}, der bei ${price} führt.`,
    },
  },
  mails: {
    notices: {
      outbid: (title, { price }) => [
        `Sie wurden überboten: ${title}`,
        `Jemand hat ein besseres Gebot abgegeben. Der Preis ist jetzt ${price}.`,
      ],
      won: (title, { price }) => [`Zuschlag für Sie: ${title}`, `Sie haben den Zuschlag erhalten, bei ${price}.`],
      lost: (title) => [`Kein Zuschlag: ${title}`, 'Dieses Los ist ohne Sie zu Ende gegangen.'],
      closing_soon: (title, { time, price }) => [
        `Endet bald: ${title}`,
        `Die Auktion endet am ${time}.${price === '' ? '' : ` Der Preis ist ${price}.`}`,
      ],
      lot_coming_up: (title) => [
        `Jetzt offen: ${title}`,
        'Auf ein Los, das Sie beobachten, kann jetzt geboten werden.',
      ],
      message: (title) => [`Eine Nachricht: ${title}`, 'Sie haben eine Nachricht zu diesem Los.'],
      registration: (title) => [`Ihre Registrierung: ${title}`, 'Es gibt Neues zu Ihrer Registrierung.'],
      offer: (title) => [`Ein Angebot: ${title}`, 'Sie haben ein Angebot.'],
      invoice: (title) => [`Ihre Rechnung: ${title}`, 'Sie haben eine Rechnung.'],
      payment: (title) => [`Eine Zahlung: ${title}`, 'Es gibt Neues zu einer Zahlung.'],
    },
    accounts: {
      verification: (house) => [
        `Ihre E-Mail-Adresse bei ${house}`,
        'Bitte bestätigen Sie, dass dies Ihre E-Mail-Adresse ist. Der Link gilt 30 Minuten und nur einmal.',
        'Wenn Sie das nicht angefordert haben, brauchen Sie nichts zu tun.',
      ],
      reset: (house) => [
        `Ein neues Passwort bei ${house}`,
        'Mit diesem Link können Sie ein neues Passwort setzen. Er gilt 30 Minuten und nur einmal.',
        'Wenn Sie das nicht angefordert haben, brauchen Sie nichts zu tun: Ihr Passwort bleibt, wie es ist.',
      ],
      password_changed: (house) => [
        `Ihr Passwort bei ${house} wurde geändert`,
        'Ihr Passwort wurde geändert, und alle anderen Sitzungen wurden beendet.',
        NOT_YOU,
      ],
      email_changed: (house, { email }) => [
        `Ihre E-Mail-Adresse bei ${house} wurde geändert`,
        `Ihr Konto hat ab jetzt die Adresse ${email}; an diese hier kommt keine Post mehr.`,
        'Wenn Sie das nicht waren, schreiben Sie dem Haus sofort.',
      ],
      email_changing: (house, { email }) => [
        `Ihre E-Mail-Adresse bei ${house} soll geändert werden`,
        `Jemand, der mit Ihrem Konto angemeldet ist, hat die Adresse ${email} angegeben. Sie gilt, sobald sie dort bestätigt ist.`,
        NOT_YOU,
      ],
      new_device: (house, { device }) => [
        `Eine neue Anmeldung bei ${house}`,
        `Jemand hat sich mit Ihrem Konto von einem bisher unbekannten Gerät angemeldet: ${device}.`,
        NOT_YOU,
      ],
    },
    toLot: 'Zum Los',
    toVerify: 'Adresse bestätigen',
    toReset: 'Neues Passwort setzen',
    toAccount: 'Zu meinem Konto',
    unsubscribe: 'Keine E-Mails dieser Art mehr',
    noticeFoot: (house) =>
      `Sie erhalten diese E-Mail von ${house}, weil Sie auf dieses Los bieten, es beobachten, danach gefragt haben oder es verkaufen.`,
    accountFoot: (house) => `Sie erhalten diese E-Mail wegen Ihres Kontos bei ${house}.`,
  },
  pages: {
    auctions: 'Auktionen',
    tagline: 'Live-Auktionen: zuschauen und mitbieten.',
    needsScript:
      'So stand es, als die Seite gesendet wurde. Um live zu folgen und zu bieten, wird JavaScript gebraucht.',
    plainNeedsScript: 'Diese Seite braucht JavaScript. Die Auktionen lassen sich auch ohne lesen.',
    price: 'Aktueller Preis',
    startsAt: 'Startpreis',
    soldFor: 'Zuschlag bei',
    ends: 'Ende:',
    opens: 'Beginn:',
    ended: 'Beendet:',
    bids: (count) => (count === 1 ? '1 Gebot' : `${count} Gebote`),
    missing: 'Hier ist nichts',
    missingHint: 'Vielleicht ist die Adresse falsch geschrieben, oder die Seite ist umgezogen.',
    toAuctions: 'Zu den Auktionen',
    status: {
      draft: 'Entwurf',
      scheduled: 'Demnächst',
      open: 'Offen',
      paused: 'Unterbrochen',
      closed: 'Beendet',
      cancelled: 'Abgesagt',
    },
    unsold: 'Nicht verkauft',
    voided: 'ungültig',
    house: 'Haus',
  },
  house: {
    imprint: 'Impressum',
    privacy: 'Datenschutz',
    terms: 'AGB',
    contact: 'Kontakt',
    version: (version, since) => `Fassung ${version}, seit ${since} UTC.`,
    former: (version) => `Dies ist Fassung ${version}; sie gilt nicht mehr.`,
    present: 'Die geltende Fassung lesen',
    others: 'Frühere Fassungen:',
  },
  film: {
    film: 'Der Film vom Zuschlag',
    lastMinute: 'Die letzte Minute der Gebote',
    none: 'Niemand hat geboten.',
    seconds: (figure) => figure.replace('.', ','),
    after: (seconds) => `Nach ${seconds} s`,
    voided: (paddle, price, reason) => `Das Gebot von ${paddle} wurde für ungültig erklärt: ${reason}. ${price}`,
    extended: 'Das Ende wurde verschoben.',
    toAuction: 'Zur Auktion',
    needsScript: 'Um ihn ablaufen zu sehen und auf dem eigenen Gerät zu prüfen, wird JavaScript gebraucht.',
  },
  filmPicture: {
    sold: (to) => `Zuschlag an ${to}`,
    unsold: 'Nicht verkauft',
    film: 'Der Film vom Zuschlag',
    none: 'Keine Gebote',
  },
  unsubscribe: {
    title: 'Keine E-Mails dieser Art mehr?',
    button: 'Nicht mehr senden',
    done: 'Sie erhalten keine E-Mails dieser Art mehr. Auf der Seite Ihres Kontos können Sie sie wieder bestellen.',
    gone: 'Dieser Link ist unvollständig. Wählen Sie auf der Seite Ihres Kontos, welche E-Mails Sie erhalten.',
    account: 'Zur Seite des Kontos',
  },
  offline: {
    offline: 'Keine Verbindung',
    unreachable:
      'Diese Seite ist gerade nicht zu erreichen. Preise und Gebote werden nicht gezeigt, denn sie könnten veraltet sein. Es wurde kein Gebot gesendet.',
    again: 'Erneut versuchen',
  },
}
