/** What JSON can say. Anything else in properties is left out as `JSON.stringify` does. */
export type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [name: string]: Json }
/** Properties of an event or traits of a user. Never put in what identifies a person. */
export type Properties = { readonly [name: string]: Json }
