import type { Texts } from './rules.en.ts'

export const texts: Texts = {
  start: (price) => `Se empieza a pujar en ${price}.`,
  singleStep: (step) => `Cada puja supera el precio en ${step} como mínimo.`,
  percent: (percent, least) =>
    `Cada puja supera el precio en un ${percent} % como mínimo, y nunca en menos de ${least}.`,
  table: (price, step) => `Los escalones crecen con el precio: con ${price}, la próxima puja sube ${step} como mínimo.`,
  named: {
    standard: 'Los escalones crecen con el precio: del 2 al 5\u00a0%, en cifras redondas.',
    'ebay-us': 'Los escalones crecen con el precio, como en eBay de EE. UU.',
    'trademe-nz': 'Los escalones crecen con el precio, como en Trade Me.',
    'yahoo-jp': 'Los escalones crecen con el precio, como en Yahoo! Japón.',
    'copart-eu': 'Los escalones crecen con el precio, como en Copart de Europa.',
  },
  noStep: '¿Cuánto sube cada puja?',
  maximum:
    'Deje un máximo y la casa puja por usted, lo justo para ir ganando. Nadie más lo ve mientras siga en pie. De dos máximos iguales gana el primero.',
  noReserve: 'No hay precio de reserva: gana la puja más alta.',
  reserve: 'Hay un precio de reserva: por debajo no se vende. Se muestra si se ha alcanzado, no la cantidad.',
  reserveOf: (price) => `Por debajo de ${price} no se vende. Los postores solo ven si se ha alcanzado.`,
  whole: 'Por debajo de la reserva, un máximo cuenta entero desde el principio y se muestra.',
  reveal: 'Al cierre se muestra el precio de reserva.',
  buyNow: (price) => `Hasta la primera puja, cualquiera puede terminar la subasta pagando ${price}.`,
  soft: (window, extension) => `Una puja a menos de ${window} del final lo mueve, y deja ${extension} desde esa puja.`,
  softLimit: (count) => (count === 1 ? 'Ocurre una vez como mucho.' : `Ocurre ${count} veces como mucho.`),
  hard: 'El final es fijo: las pujas tardías no lo mueven.',
  clock: 'Decide el reloj de la casa: una puja vale si llega antes del final.',
  binding: 'Las pujas son vinculantes y no se pueden retirar. No hay gastos además del precio.',
  falling: {
    start: (price) => `La primera puja es de ${price} o menos.`,
    singleStep: (step) => `Cada puja baja el precio en ${step} como mínimo.`,
    percent: (percent, least) =>
      `Cada puja baja el precio en un ${percent} % como mínimo, y nunca en menos de ${least}.`,
    table: (price, step) => `Los escalones siguen al precio: con ${price}, la próxima puja baja ${step} como mínimo.`,
    maximum:
      'Deje un mínimo y la casa puja por usted, lo justo para ir ganando. Nadie más lo ve mientras siga en pie. De dos mínimos iguales gana el primero.',
    noReserve: 'No hay precio de reserva: gana la puja más baja.',
    reserve: 'Hay un precio de reserva: por encima no se adjudica. Se muestra si se ha alcanzado, no la cantidad.',
    reserveOf: (price) => `Por encima de ${price} no se adjudica. Los postores solo ven si se ha alcanzado.`,
    binding: 'Las pujas son vinculantes y no se pueden retirar: quien gana suministra al precio.',
  },
  steps: 'Tabla de escalones',
  stepFrom: 'Precio desde',
  step: 'Escalón',
  stepNow: 'ahora',
}
