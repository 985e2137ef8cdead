import { createHash } from 'node:crypto'
import { createClient, type SupabaseClient } from '@supabase/supabase-js'

/** A client of the store for start-up work, past row level security. */
export function createAdminClient(url: string, serviceKey: string): SupabaseClient {
  return createClient(url, serviceKey, { auth: { persistSession: false, autoRefreshToken: false } })
}

/** Makes the given keys valid for the default project; keys that are known already stay as they are, revoked ones stay revoked. */
export async function ensureProjectKeys(store: SupabaseClient, keys: readonly (string | undefined)[]): Promise<void> {
  for (const key of keys) {
    if (!key) continue
    const { error } = await store.rpc('ensure_project_key', {
      p_slug: 'default',
      p_kind: key.startsWith('sk_') ? 'secret' : 'publishable',
      p_key_hash: createHash('sha256').update(key).digest('hex'),
      p_prefix: key.slice(0, 8),
      p_label: 'Made at start-up',
    })
    if (error) throw new Error(`The project key ${key.slice(0, 5)}… could not be stored: ${error.message}`)
  }
}

/** The id and slug of the default project. Throws when the migrations have not run. */
async function readDefaultProjectId(store: SupabaseClient): Promise<number> {
  const { data, error } = await store.rpc('get_project_by_slug', { p_slug: 'default' })
  const project = (data as { project_id: number }[] | null)?.[0]
  if (error || !project)
    throw new Error(`The default project is not there: ${error?.message ?? 'run the migrations first'}`)
  return project.project_id
}

/** Whether the default project has an admin already. */
export async function hasAdmin(store: SupabaseClient): Promise<boolean> {
  const { data, error } = await store.rpc('get_members', { p_project_id: await readDefaultProjectId(store) })
  if (error) throw new Error(`The members could not be read: ${error.message}`)
  return (data as { role: string }[]).some(({ role }) => role === 'admin')
}

/**
 * Makes the person an admin of the default project. An account with this address keeps its password; otherwise one is made
 * with the given password. Returns which of the two it was.
 */
export async function createAdmin(
  store: SupabaseClient,
  email: string,
  password: string,
): Promise<'created' | 'promoted'> {
  const projectId = await readDefaultProjectId(store)
  const created = await store.auth.admin.createUser({ email, password, email_confirm: true })
  let userId = created.data.user?.id
  if (created.error) {
    if (created.error.code !== 'email_exists')
      throw new Error(`The account could not be made: ${created.error.message}`)
    const known = await store.rpc('get_auth_user_id', { p_email: email })
    if (known.error || !known.data)
      throw new Error(`The account could not be read: ${known.error?.message ?? 'not found'}`)
    userId = known.data as string
  }
  const { error } = await store.rpc('set_member', {
    p_project_id: projectId,
    p_user_id: userId,
    p_email: email,
    p_role: 'admin',
  })
  if (error) throw new Error(`The admin's role could not be stored: ${error.message}`)
  return created.error ? 'promoted' : 'created'
}
