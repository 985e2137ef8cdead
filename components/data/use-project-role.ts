'use client'

import { type Role, sessionAnswer } from '@/lib/contracts/session'
import { useResource } from './use-resource'

/** The viewer's role in a project; null until it is known, and where there is none. */
export function useProjectRole(project: string): Role | null {
  const session = useResource('/api/auth/session', sessionAnswer)
  return session.data?.projects.find(({ slug }) => slug === project)?.role ?? null
}
