/** How far the kit goes: in short with every `npm test`, in long by `npm run test:nodes`. */
export const isLong = process.env['NODES_FORM'] === 'long'
