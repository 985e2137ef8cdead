/**
 * What a secret looks like where its issuer gave it a look. Every pattern begins at a boundary or a literal that its own
 * repetition cannot contain, so that no input is scanned over and over.
 */
const TOKENS = new RegExp(
  [
    // JSON Web Token (RFC 7519): base64url of `{"` begins with eyJ.
    /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/,
    // PEM, cut off or whole.
    /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}-----|$)/,
    // RFC 6750. A word such as `bearer certificates` has no digit and fewer than 20 characters.
    /\b[Bb]earer\s{1,8}(?:(?=[^\s]{0,60}\d)[\w.~+/=-]{8,}|[\w.~+/=-]{20,})/,
    // Keys of this product, of Stripe, OpenAI and Anthropic.
    /(?<![A-Za-z0-9])[spr]k_(?:live|test)_\w{4,}/,
    /(?<![A-Za-z0-9])[spr]k[_-](?:[A-Za-z0-9]{2,12}[_-]){0,3}[A-Za-z0-9]{16,}[\w-]*/,
    /(?<![A-Za-z0-9])[spr]k[_-](?=[\w-]{0,40}\d)(?=[\w-]{0,40}[A-Z])[\w-]{20,}/,
    // GitHub, GitLab, Slack, AWS, Google, npm, Hugging Face, Supabase.
    /(?<![A-Za-z0-9])(?:gh[opsur]_[A-Za-z0-9]{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|xox[a-z]-[A-Za-z0-9-]{8,})/,
    /(?<![A-Za-z0-9])(?:(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[\w-]{30,}|npm_[A-Za-z0-9]{30,}|hf_[A-Za-z0-9]{30,})/,
    /(?<![A-Za-z0-9])(?:sb_secret_|sbp_)\w{16,}/,
    // `user:password@` of a URL.
    /(?<=:\/\/)[^\s/@:]+:[^\s/@]+(?=@)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
)

/** `token=…`, `"api_key": "…"`: a value with a digit in it, given the name of a secret. The name stays. */
const NAMED =
  /(?<![a-z])((?:access_?|refresh_?|id_?|auth_?)?token|(?:client_?)?secret|api_?key|passw(?:or)?d|pwd|signature)(["']?\s{0,2}[=:]\s{0,2}["']?)(?=[\w+/.~-]{0,200}\d)[\w+/.~-]{8,}=*/gi

/** What all of the patterns need; cheap to look for. */
const MAY_MATCH = /\d|[Bb]earer\s|[spr]k[_-]|gh[a-z]_|xox|eyJ|AKIA|ASIA|-----BEGIN|:\/\/[^\s/]+@/
/** `sk_live_…`, `pwd=…` with their shortest values. */
const LENGTH_MIN = 12

/**
 * The text with everything that is clearly a secret replaced by `[token]`: signed tokens, private keys, `Bearer …`, keys
 * with an issuer's prefix, credentials in URLs, values named a secret. Bare hashes and ids stay: they may be anything.
 */
export function redactTokens(text: string): string {
  if (text.length < LENGTH_MIN || !MAY_MATCH.test(text)) return text
  return text.replace(TOKENS, '[token]').replace(NAMED, '$1$2[token]')
}
