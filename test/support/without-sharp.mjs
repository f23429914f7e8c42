import { registerHooks } from 'node:module'

/** As on a machine for which there is no binary of sharp. Give it to Node by --import. */
registerHooks({
  resolve(specifier, context, next) {
    if (specifier.startsWith('@img/sharp-')) throw Object.assign(new Error(specifier), { code: 'MODULE_NOT_FOUND' })
    return next(specifier, context)
  },
})
