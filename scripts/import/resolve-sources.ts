import { registerHooks } from 'node:module'

// The product's own files name each other without `.ts`, as bundlers find them; Node alone does not.
registerHooks({
  resolve(specifier, context, next) {
    const isOurs = /^\.{1,2}\//.test(specifier) && !/\.[cm]?[jt]s$|\.json$/.test(specifier)
    return next(isOurs && !context.parentURL?.includes('/node_modules/') ? `${specifier}.ts` : specifier, context)
  },
})
