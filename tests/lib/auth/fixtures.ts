import type { TestStore } from '../../support/store'

/** Makes an account with a role in the default project, straight in the store; gives its id. */
export async function addMember(store: TestStore, email: string, password: string, role: string): Promise<string> {
  const { data, error } = await store.client().auth.admin.createUser({ email, password, email_confirm: true })
  if (error) throw error
  await store.client().rpc('set_member', { p_project_id: 1, p_user_id: data.user.id, p_email: email, p_role: role })
  return data.user.id
}
