import type { Texts } from './texts.ts'

const NOT_YOU =
  'Si ce n’était pas vous, choisissez un nouveau mot de passe et fermez toutes les autres sessions sur la page de votre compte.'

export const fr: Texts = {
  explanation: {
    extended: 'Elle est arrivée dans les dernières minutes, celles qui repoussent la fin : la fin a été repoussée.',
    voided: 'L’enchère a été annulée plus tard, et le prix recalculé sans elle.',
    reasons: {
      boughtNow: ({ price }, { paddle }) =>
        `${paddle} a acheté au prix d’achat immédiat de ${price}, ce qui a clos la vente.`,
      first: ({ start }, { paddle }) =>
        `${paddle} a enchéri en premier et mène au prix de départ de ${start}, quel que soit le montant offert.`,
      firstAtReserve: ({ price }, { paddle }) =>
        `${paddle} a enchéri en premier et le prix de réserve est atteint : le prix est le montant demandé ou la réserve, le plus élevé des deux, soit ${price}.`,
      shownWhole: ({ price }, { paddle }) =>
        `${paddle} mène ; sous le prix de réserve, une offre est montrée en entier : ${price}.`,
      jump: ({ price }, { paddle }) => `${paddle} a demandé directement le prix de ${price} et mène à ce prix.`,
      step: ({ price, beaten }, { paddle }) =>
        `${paddle} a dépassé une offre de ${beaten} et mène un palier au-dessus, à ${price}.`,
      partOfStep: ({ price, beaten }, { paddle }) =>
        `${paddle} a dépassé une offre de ${beaten} de moins d’un palier entier, ce qui suffit : le prix est de ${price}.`,
      reserve: ({ price, beaten }, { paddle }) =>
        `${paddle} a dépassé une offre de ${beaten} et le prix de réserve est atteint : le prix est le montant demandé ou la réserve, le plus élevé des deux, soit ${price}.`,
      raised: ({ price }, { paddle }) =>
        `${paddle} menait déjà et a relevé son maximum : le prix complète le palier qui manquait et est de ${price}.`,
      raisedToReserve: ({ price }, { paddle }) =>
        `${paddle} menait déjà et a relevé son maximum : le prix de réserve est atteint et le prix est de ${price}.`,
      tie: ({ amount }, { leader }) =>
        `Une offre égale et antérieure a répondu à une offre de ${amount} : ${leader} mène à ce prix.`,
      answer: ({ amount, price }, { leader }) =>
        `Le maximum de ${leader} a aussitôt répondu à une offre de ${amount} et mène un palier au-dessus, à ${price}.`,
      partOfAnswer: ({ amount, price }, { leader }) =>
        `Le maximum de ${leader} a aussitôt répondu à une offre de ${amount} et mène à ${price}.`,
      stays: ({ amount, price }, { leader }) =>
        `Une offre de ${amount} n’a pas fait bouger le prix : ${leader} mène toujours à ${price}.`,
    },
    reasonsDown: {
      first: ({ start }, { paddle }) =>
        `${paddle} a enchéri en premier et mène à la mise à prix de ${start}, si basse que fût l’offre.`,
      firstAtReserve: ({ price }, { paddle }) =>
        `${paddle} a enchéri en premier et le prix de réserve est atteint : le prix est le montant demandé ou la réserve, le plus bas des deux, soit ${price}.`,
      step: ({ price, beaten }, { paddle }) =>
        `${paddle} a fait mieux qu’une offre de ${beaten} et mène un palier au-dessous, à ${price}.`,
      partOfStep: ({ price, beaten }, { paddle }) =>
        `${paddle} a fait mieux qu’une offre de ${beaten} de moins d’un palier entier, ce qui suffit : le prix est de ${price}.`,
      reserve: ({ price, beaten }, { paddle }) =>
        `${paddle} a fait mieux qu’une offre de ${beaten} et le prix de réserve est atteint : le prix est le montant demandé ou la réserve, le plus bas des deux, soit ${price}.`,
      raised: ({ price }, { paddle }) =>
        `${paddle} menait déjà et a baissé son minimum : le prix complète le palier qui manquait et est de ${price}.`,
      raisedToReserve: ({ price }, { paddle }) =>
        `${paddle} menait déjà et a baissé son minimum : le prix de réserve est atteint et le prix est de ${price}.`,
      tie: ({ amount }, { leader }) =>
        `Une offre égale et antérieure a répondu à une offre de ${amount} : ${leader} mène à ce prix.`,
      answer: ({ amount, price }, { leader }) =>
        `Le minimum de ${leader} a aussitôt répondu à une offre de ${amount} et mène un palier au-dessous, à ${price}.`,
      partOfAnswer: ({ amount, price }, { leader }) =>
        `Le minimum de ${leader} a aussitôt répondu à une offre de ${amount} et mène à ${price}.`,
    },
  },
  mails: {
    notices: {
      outbid: (title, { price }) => [
        `Votre enchère est dépassée : ${title}`,
        `Quelqu’un a fait une meilleure enchère. Le prix est de ${price}.`,
      ],
      won: (title, { price }) => [`Adjugé à vous : ${title}`, `Le marteau est tombé pour vous, à ${price}.`],
      lost: (title) => [`Non remporté : ${title}`, 'La vente de ce lot s’est terminée sans vous.'],
      closing_soon: (title, { time, price }) => [
        `Bientôt la fin : ${title}`,
        `La vente se termine le ${time}.${price === '' ? '' : ` Le prix est de ${price}.`}`,
      ],
      lot_coming_up: (title) => [
        `Ouvert aux enchères : ${title}`,
        'Un lot que vous suivez est maintenant ouvert aux enchères.',
      ],
      message: (title) => [`Un message : ${title}`, 'Vous avez un message au sujet de ce lot.'],
      registration: (title) => [`Votre inscription : ${title}`, 'Il y a du nouveau au sujet de votre inscription.'],
      offer: (title) => [`Une offre : ${title}`, 'Vous avez une offre.'],
      invoice: (title) => [`Votre facture : ${title}`, 'Vous avez une facture.'],
      payment: (title) => [`Un paiement : ${title}`, 'Il y a du nouveau au sujet d’un paiement.'],
    },
    accounts: {
      verification: (house) => [
        `Votre adresse e-mail chez ${house}`,
        'Veuillez confirmer que cette adresse e-mail est la vôtre. Le lien est valable 30 minutes, une seule fois.',
        'Si vous n’avez rien demandé, ne faites rien.',
      ],
      reset: (house) => [
        `Un nouveau mot de passe chez ${house}`,
        'Ce lien vous permet de choisir un nouveau mot de passe. Il est valable 30 minutes, une seule fois.',
        'Si vous n’avez rien demandé, ne faites rien : votre mot de passe reste le même.',
      ],
      password_changed: (house) => [
        `Votre mot de passe chez ${house} a été changé`,
        'Votre mot de passe a été changé et toutes les autres sessions ont été fermées.',
        NOT_YOU,
      ],
      email_changed: (house, { email }) => [
        `Votre adresse e-mail chez ${house} a été changée`,
        `Votre compte a désormais l’adresse ${email}, et celle-ci ne recevra plus de messages.`,
        'Si ce n’était pas vous, écrivez à la maison sans attendre.',
      ],
      email_changing: (house, { email }) => [
        `Changement de votre adresse e-mail chez ${house}`,
        `Quelqu’un de connecté à votre compte a demandé l’adresse ${email}. Elle comptera une fois confirmée là-bas.`,
        NOT_YOU,
      ],
      new_device: (house, { device }) => [
        `Une nouvelle connexion chez ${house}`,
        `Quelqu’un s’est connecté à votre compte depuis un appareil jamais vu jusqu’ici : ${device}.`,
        NOT_YOU,
      ],
    },
    toLot: 'Voir le lot',
    toVerify: 'Confirmer mon adresse',
    toReset: 'Choisir un mot de passe',
    toAccount: 'Voir mon compte',
    unsubscribe: 'Ne plus recevoir ce type d’e-mail',
    noticeFoot: (house) =>
      `Vous recevez cet e-mail de ${house} parce que vous enchérissez sur ce lot, le suivez, avez posé une question à son sujet ou le vendez.`,
    accountFoot: (house) => `Vous recevez cet e-mail en raison de votre compte chez ${house}.`,
  },
  pages: {
    auctions: 'Ventes',
    tagline: 'Ventes aux enchères en direct : suivez et enchérissez.',
    needsScript:
      'Voici l’état au moment de l’envoi de la page. Pour suivre en direct et enchérir, JavaScript est nécessaire.',
    plainNeedsScript: 'Cette page a besoin de JavaScript. Les ventes peuvent être lues sans.',
    price: 'Prix actuel',
    startsAt: 'Mise à prix',
    soldFor: 'Adjugé à',
    ends: 'Fin :',
    opens: 'Ouverture :',
    ended: 'Terminé :',
    bids: (count) => (count < 2 ? `${count} enchère` : `${count} enchères`),
    missing: 'Il n’y a rien ici',
    missingHint: 'L’adresse est peut-être mal écrite, ou la page a été déplacée.',
    toAuctions: 'Voir les ventes',
    status: {
      draft: 'Brouillon',
      scheduled: 'À venir',
      open: 'Ouverte',
      paused: 'En pause',
      closed: 'Terminée',
      cancelled: 'Annulée',
    },
    unsold: 'Invendu',
    voided: 'annulée',
    house: 'la maison',
  },
  house: {
    imprint: 'Mentions légales',
    privacy: 'Confidentialité',
    terms: 'Conditions',
    contact: 'Contact',
    version: (version, since) => `Version ${version}, depuis le ${since} UTC.`,
    former: (version) => `Ceci est la version ${version} ; elle n’est plus en vigueur.`,
    present: 'Lire les conditions en vigueur',
    others: 'Versions antérieures :',
  },
  film: {
    film: 'Le film de la clôture',
    lastMinute: 'La dernière minute d’enchères',
    none: 'Personne n’a enchéri.',
    seconds: (figure) => figure.replace('.', ','),
    after: (seconds) => `À ${seconds} s`,
    voided: (paddle, price, reason) => `L’enchère de ${paddle} a été annulée : ${reason}. ${price}`,
    extended: 'La fin a été repoussée.',
    toAuction: 'Voir la vente',
    needsScript: 'Pour le voir en mouvement et le vérifier sur votre propre appareil, JavaScript est nécessaire.',
  },
  filmPicture: {
    sold: (to) => `Adjugé à ${to}`,
    unsold: 'Invendu',
    film: 'Le film de la clôture',
    none: 'Aucune enchère',
  },
  unsubscribe: {
    title: 'Ne plus recevoir ce type d’e-mail ?',
    button: 'Ne plus envoyer',
    done: 'Vous ne recevrez plus ce type d’e-mail. Vous pouvez le demander à nouveau sur la page de votre compte.',
    gone: 'Ce lien est incomplet. Choisissez sur la page de votre compte les e-mails que vous recevez.',
    account: 'Voir la page du compte',
  },
  offline: {
    offline: 'Hors ligne',
    unreachable:
      'Cette page est injoignable pour le moment. Les prix et les enchères ne sont pas montrés, car ils pourraient être anciens. Aucune enchère n’a été envoyée.',
    again: 'Réessayer',
  },
}
