'use client'

import type { Route } from 'next'
import Link from 'next/link'
import { toPersonName } from './person-name'

type PersonLinkProps = { project: string; personId: string; externalId: string | null }

/** A person's name, leading to their timeline. */
export function PersonLink({ project, personId, externalId }: PersonLinkProps) {
  const query = new URLSearchParams({ project })
  return (
    <Link
      href={`/admin/people/${personId}?${query}` as Route}
      className="font-medium text-accent decoration-accent/40 underline-offset-2 hover:underline"
    >
      {toPersonName({ personId, externalId })}
    </Link>
  )
}
