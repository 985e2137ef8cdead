'use client'

import { type ReactNode, useId } from 'react'
import type { ReportRequest } from '../data/report-query'
import type { RequestError } from '../data/request-error'
import { DataPanel } from '../panels/data-panel'
import { Skeleton } from '../ui/skeleton'
import { type How, HowComputed } from './how-computed'

/** What a card needs to know of what it shows: `useReportResource` and `useResource` give it. */
export type CardResource<Content> = {
  data: Content | undefined
  error: RequestError | undefined
  isLoading: boolean
  isRefreshing: boolean
  reload: () => Promise<unknown>
  isStale?: boolean
  request?: ReportRequest | null
}

export type ReportCardProps<Content> = {
  title: string
  description?: ReactNode
  /** Controls beside the title. */
  action?: ReactNode
  /** How the figures came about; its `request` may be left out where the resource knows it. */
  how: How | ((content: Content | undefined) => How)
  resource: CardResource<Content>
  isEmpty?: (content: Content) => boolean
  /** What is said when there is nothing, and what to do next. */
  empty?: { title: string; content: ReactNode }
  /** As large as what it stands for; 16 rem without it. */
  skeleton?: ReactNode
  /** For links to this card. */
  id?: string
  children: (content: Content) => ReactNode
}

/**
 * A titled card over one resource, in one of four states: loading, empty, failed, or with its data. Data stays while it is read
 * again and, dimmed, while another question is asked; when that one fails, the old answer goes, because it answers another.
 */
export function ReportCard<Content>(props: ReportCardProps<Content>) {
  const { title, description, action, how, resource, skeleton, isEmpty, empty, children } = props
  const generatedId = useId()
  const { data, error, isStale = false } = resource
  const { isLoading, isRefreshing } = resource
  const isOfOther = isStale && error !== undefined
  const told = typeof how === 'function' ? how(data) : how
  const request = told.request ?? resource.request
  return (
    <DataPanel
      id={props.id ?? generatedId}
      title={title}
      description={description}
      action={action}
      how={
        <HowComputed
          title={title}
          how={request ? { ...told, request } : told}
          isShort={action !== undefined && action !== null}
        />
      }
      state={{ data: isOfOther ? undefined : data, error, isLoading, isRefreshing }}
      onRetry={() => void resource.reload()}
      isDimmed={isStale}
      skeleton={skeleton ?? <Skeleton className="h-64" />}
      {...(isEmpty && { isEmpty })}
      {...(empty && { empty })}
    >
      {children}
    </DataPanel>
  )
}
