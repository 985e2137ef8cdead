import type { CreatedMember } from '../contracts/project-settings'
import type { Role } from '../contracts/session'
import { AppError } from '../core/errors'
import type { ProjectId } from '../core/ids'
import { createAccount, readAccountId, readMembers, updateMember } from '../database/members'

/** Random bytes of a first password: 96 bits, 16 characters. */
const PASSWORD_SIZE_BYTES = 12

/**
 * Adds a person to a project by e-mail address, with a new account when the address has none; `initialPassword` is then
 * set, otherwise null. Throws `conflict` for one who is a member already, whose role is changed elsewhere.
 */
export async function createMember(
  projectId: ProjectId,
  { email, role }: { email: string; role: Role },
): Promise<CreatedMember> {
  const address = email.trim().toLowerCase()
  const known = await readAccountId(address)
  if (known && (await readMembers(projectId)).some(({ id }) => id === known)) {
    throw new AppError('conflict', 'This person is a member already; change the role instead.')
  }
  const initialPassword = known ? null : createPassword()
  const id = known ?? (await createAccount(address, initialPassword as string))
  await updateMember(projectId, { id, email: address, role })
  const member = (await readMembers(projectId)).find((each) => each.id === id)
  if (!member) throw new AppError('conflict', 'The member was removed at the same moment; try again.')
  return { ...member, initialPassword }
}

function createPassword(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(PASSWORD_SIZE_BYTES))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
}
