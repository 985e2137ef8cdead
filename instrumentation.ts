import { assertProductionSecrets, readEnv } from './lib/platform/env'

/**
 * Runs once when a Next server starts, whoever started it (the launcher, a platform, a container): a production install on
 * Supabase stops here, with one message that names every missing secret, before it takes a request.
 */
export function register(): void {
  assertProductionSecrets(readEnv())
}
