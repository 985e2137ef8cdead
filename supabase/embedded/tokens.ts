import { errors, type JWTPayload, jwtVerify } from 'jose'

/** Why a token is no good: it cannot be checked, its signature is wrong, or its time is not now. */
export type TokenFault = 'malformed' | 'bad_signature' | 'expired' | 'not_yet_valid'

/** A token that stands for nobody, and why. */
export class TokenError extends Error {
  override readonly name = 'TokenError'
  readonly fault: TokenFault

  constructor(fault: TokenFault, options?: ErrorOptions) {
    super(fault, options)
    this.fault = fault
  }
}

export type VerifyToken = (token: string) => Promise<JWTPayload>

/** Kept checks; the product itself uses two keys, and people one token an hour. */
const CACHE_SIZE = 1_000

/** A function that gives the claims of a JWT signed (HS256) with `secret`, or throws TokenError. */
export function createTokenVerifier(secret: string): VerifyToken {
  const key = new TextEncoder().encode(secret)
  const checked = new Map<string, JWTPayload>()
  return async (token) => {
    const known = checked.get(token)
    if (known && (known.exp === undefined || known.exp * 1000 > Date.now())) return known
    checked.delete(token)
    const claims = await verify(token, key)
    if (checked.size >= CACHE_SIZE) checked.delete(checked.keys().next().value as string)
    checked.set(token, claims)
    return claims
  }
}

async function verify(token: string, key: Uint8Array): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'] })
    return payload
  } catch (error) {
    throw new TokenError(toFault(error), { cause: error })
  }
}

function toFault(error: unknown): TokenFault {
  if (error instanceof errors.JWTExpired) return 'expired'
  if (error instanceof errors.JWTClaimValidationFailed) return 'not_yet_valid'
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'bad_signature'
  if (error instanceof errors.JOSEAlgNotAllowed) return 'bad_signature'
  return 'malformed'
}
