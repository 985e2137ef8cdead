'use client'

import type { ReactNode } from 'react'
import type { ResourceState } from '../data/use-resource'
import { ErrorState } from '../panels/panel-states'
import { TableSkeleton } from '../ui/skeleton'

type ResourceBodyProps<Resource> = { state: ResourceState<Resource>; children: (resource: Resource) => ReactNode }

/** A list of the settings page while it loads, when it could not be read, and when it is there. */
export function ResourceBody<Resource>({ state, children }: ResourceBodyProps<Resource>) {
  if (state.data !== undefined) return children(state.data)
  if (state.error) return <ErrorState error={state.error} onRetry={() => void state.reload()} />
  return <TableSkeleton rows={3} />
}
