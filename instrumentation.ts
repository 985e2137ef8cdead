/**
 * Runs once before the server takes requests, whoever started it (the launcher, a platform, a container). A production
 * install on Supabase that lacks secrets stops here, with one message that names them all.
 *
 * Next hands route handlers the headers but not the connection, and keeps an X-Forwarded-For that a client sent, so the
 * only address that can be believed is noted here, over whatever came in; and its country, as the edge runtime reads no files.
 */
export async function register(): Promise<void> {
  // biome-ignore lint/style/noProcessEnv: a constant of the build, by which the edge bundle drops what follows
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { assertProductionSecrets, readEnv } = await import('./lib/platform/env')
  assertProductionSecrets(readEnv())
  const { noteRequests } = await import('./lib/http/note-requests')
  noteRequests()
}
