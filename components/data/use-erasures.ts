'use client'

import { type ErasureList, erasureList } from '@/lib/contracts/people'
import { type ResourceState, useResource } from './use-resource'

/** Who was erased by whom and when, the latest first; it names nobody. */
export function useErasures(project: string): ResourceState<ErasureList> {
  return useResource(`/api/people/erasures?${new URLSearchParams({ project })}`, erasureList)
}
