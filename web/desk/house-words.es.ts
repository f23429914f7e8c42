import type { Texts } from './house-words.en.ts'

export const texts: Texts = {
  face: 'La cara de la casa',
  name: 'Nombre',
  nameHint: 'En la cabecera y el título de cada página, y donde se muestran los enlaces.',
  logo: 'Logotipo',
  logoHint: 'En lugar del nombre en la cabecera. En páginas oscuras conserva un fondo claro: dibújelo para él.',
  chooseLogo: 'Elegir una imagen',
  removeLogo: 'Quitar el logotipo',
  accent: 'Color de acento',
  accentOwn: 'Botones y enlaces en un color de la casa',
  schemes: { light: 'En páginas claras', dark: 'En páginas oscuras' },
  weak: {
    paper: (ratio, needed) =>
      `Los enlaces no se podrían leer en la página: el contraste es de ${ratio}:1 y hace falta ${needed}:1.`,
    text: (ratio, needed) =>
      `Lo que va encima no se podría leer: el contraste es de ${ratio}:1 y hace falta ${needed}:1.`,
  },
  good: 'Se puede leer.',
  nearest: 'Tomar el más parecido que se lea',
  contact: 'Contacto',
  contactHint: 'Un correo electrónico, o la dirección https de una página.',
  legal: 'Textos de la casa',
  legalHint:
    'Cada uno tiene su página, con un enlace al pie de todas. Se entiende Markdown; el HTML se muestra como texto. Los vacíos no se muestran.',
  imprint: 'Aviso legal',
  privacy: 'Privacidad',
  terms: 'Condiciones',
  hints: {
    imprint: 'Quién lleva la casa y cómo localizarlo.',
    privacy: 'Qué se hace con los datos personales.',
    terms: 'Quien se registra tiene que aceptarlas.',
  },
  termsVersion: (version) =>
    `Versión ${version}. Otro texto es una versión nueva: quien se registre desde entonces acepta esa; las anteriores se pueden seguir leyendo.`,
  see: 'Ver la página',
  save: 'Guardar',
  working: 'Un momento …',
  saved: 'Guardado. Cada página lo muestra desde la próxima carga.',
  look: 'Verlo',
  unsaved: 'Aún sin guardar.',
  cannotBeRead: 'El color de acento no se puede leer: elija otro.',
}
