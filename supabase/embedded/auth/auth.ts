import type { Answer, Request } from '../answer.ts'
import type { Store } from '../store.ts'
import type { VerifyToken } from '../tokens.ts'

export type Auth = (request: Request) => Promise<Answer>
export type AuthContext = { store: Store; jwtSecret: string; verifyToken: VerifyToken; toIssuer: () => string }

export function createAuth(_context: AuthContext): Auth {
  return async () => ({ status: 404, body: null })
}
