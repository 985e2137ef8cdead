import { SignJWT } from 'jose'

/** Ten years, as Supabase's own legacy keys. */
const LIFETIME_S = 10 * 365 * 86_400

/** A long-lived key for supabase-js: a JWT (HS256) that stands for nobody but the role. `service_role` bypasses RLS. */
export function mintApiKey(jwtSecret: string, role: 'anon' | 'service_role'): Promise<string> {
  const issuedAt = Math.floor(Date.now() / 1000)
  return new SignJWT({ role })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer('supabase')
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LIFETIME_S)
    .sign(new TextEncoder().encode(jwtSecret))
}
