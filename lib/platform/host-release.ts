/** Where hosts and CI name the commit that is built, the first one set wins: each is documented by its host. */
const HOST_VARIABLES = [
  'VERCEL_GIT_COMMIT_SHA',
  'COMMIT_REF', // Netlify
  'CF_PAGES_COMMIT_SHA',
  'RENDER_GIT_COMMIT',
  'RAILWAY_GIT_COMMIT_SHA',
  'HEROKU_SLUG_COMMIT',
  'GITHUB_SHA',
  'CI_COMMIT_SHA', // GitLab
] as const

/** As much of a commit as git shows. */
const COMMIT_LENGTH = 7

/**
 * What this build calls its version: `NEXT_PUBLIC_RELEASE`, else the beginning of the commit that the host names, else undefined. It
 * is written into pages, so it must be nothing that is secret.
 */
export function toBuildRelease(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const commit = HOST_VARIABLES.map((name) => env[name]).find((value) => /^[0-9a-f]{7,64}$/i.test(value ?? ''))
  return env.NEXT_PUBLIC_RELEASE?.trim() || commit?.slice(0, COMMIT_LENGTH)
}
