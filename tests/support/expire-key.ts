import type { TestStore } from './store'

/**
 * Lets the store's time pass for one key by moving the key into the past: it keeps its lifetime, which ended a second ago.
 * For a key that was made with an expiry.
 */
export async function expireKey(store: Pick<TestStore, 'sql'>, id: string): Promise<void> {
  const moved = await store.sql(
    `update public.project_keys
     set created_at = created_at - (expires_at - now()) - interval '1 second', expires_at = now() - interval '1 second'
     where id = $1 and expires_at is not null
     returning id`,
    [id],
  )
  if (moved.length !== 1) throw new Error('expected a key with an expiry')
}
