import { ROLES, type Role } from '../contracts/session'

/**
 * Who may be let in: `anonymous` shows nothing, `share` the token of a read-only link, `member` is any signed-in person, a role
 * is a member of the project asked for.
 */
export type Grantee = 'anonymous' | 'publishable' | 'secret' | 'share' | 'job' | 'member' | Role

/**
 * What each permission needs. A role stands for itself and the stronger ones. `scope: 'project'` checks against one
 * project; `install` against none.
 */
export const PERMISSIONS = {
  'collect.write': { scope: 'install', grantees: ['anonymous', 'publishable', 'secret'] },
  'session.read': { scope: 'install', grantees: ['member'] },
  'reports.read': { scope: 'project', grantees: ['viewer', 'secret', 'share'] },
  'funnels.read': { scope: 'project', grantees: ['viewer', 'secret', 'share'] },
  'funnels.manage': { scope: 'project', grantees: ['operator', 'secret'] },
  'retention.read': { scope: 'project', grantees: ['viewer', 'secret', 'share'] },
  'segments.read': { scope: 'project', grantees: ['viewer', 'secret'] },
  'segments.manage': { scope: 'project', grantees: ['operator', 'secret'] },
  'views.read': { scope: 'project', grantees: ['viewer'] },
  'views.manage': { scope: 'project', grantees: ['operator'] },
  'shares.read': { scope: 'project', grantees: ['operator'] },
  'shares.manage': { scope: 'project', grantees: ['operator'] },
  'project.read': { scope: 'project', grantees: ['viewer', 'secret'] },
  'project.update': { scope: 'project', grantees: ['admin'] },
  'keys.read': { scope: 'project', grantees: ['admin'] },
  'keys.manage': { scope: 'project', grantees: ['admin'] },
  'members.read': { scope: 'project', grantees: ['admin'] },
  'members.manage': { scope: 'project', grantees: ['admin'] },
  'ingest.read': { scope: 'project', grantees: ['viewer', 'secret'] },
  'dead_letters.read': { scope: 'project', grantees: ['admin'] },
  'dead_letters.manage': { scope: 'project', grantees: ['admin'] },
  'bots.manage': { scope: 'project', grantees: ['admin'] },
  'people.read': { scope: 'project', grantees: ['admin', 'secret'] },
  'people.erase': { scope: 'project', grantees: ['admin', 'secret'] },
  'import.write': { scope: 'project', grantees: ['operator', 'secret'] },
  'events.export': { scope: 'project', grantees: ['admin', 'secret'] },
  'metrics.read': { scope: 'install', grantees: ['secret', 'job'] },
  'jobs.run': { scope: 'install', grantees: ['secret', 'job'] },
} as const satisfies Record<string, { scope: 'install' | 'project'; grantees: readonly Grantee[] }>

export type Permission = keyof typeof PERMISSIONS

/** Whether a grantee holds a permission; a role includes the ones after it in `ROLES`. */
export function isGranted(permission: Permission, grantee: Grantee): boolean {
  const grantees: readonly Grantee[] = PERMISSIONS[permission].grantees
  if (grantees.includes(grantee)) return true
  const rank = ROLES.indexOf(grantee as Role)
  return rank >= 0 && ROLES.slice(rank).some((weaker) => grantees.includes(weaker))
}
