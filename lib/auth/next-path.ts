/** Where a person goes after signing in when nothing better is known. */
export const HOME_PATH = '/admin'

/**
 * A path of this product to go on to, from text that anybody may have written into a link: `/admin` for whatever leads to
 * another site or is no path. Browsers read `\` as `/` and drop control characters, hence the narrow alphabet.
 */
export function toNextPath(text: string | null | undefined): string {
  const isPath = !!text && text.length <= 2_048 && /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(text)
  // A way back into sign-in or the refresh would go round in circles.
  return isPath && !/^\/(api|sign-in)(\/|\?|$)/.test(text) ? text : HOME_PATH
}
