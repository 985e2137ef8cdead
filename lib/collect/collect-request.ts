import type { RejectReason } from '../contracts/collect-answer'
import type { CollectContext } from '../contracts/collect-events'
import type { ActorId, ProjectId } from '../core/ids'
import type { Agent } from './parse-agent'

/** What collecting knows of a project. */
export type CollectProject = {
  id: ProjectId
  slug: string
  hashKey: string
  allowedOrigins: readonly string[]
  settings: Readonly<Record<string, unknown>>
}

export type KeyKind = 'publishable' | 'secret'

/** Who sends: a key, or the product's own pages for the default project, which count as publishable. */
export type Sender = { kind: KeyKind; project: CollectProject }

/** One request, its body already parsed into the shape of a batch. */
export type CollectRequest = {
  headers: Headers
  /** The sender of a key in `Authorization`; null without one. */
  sender: Sender | null
  batch: {
    key?: string | undefined
    sentAt?: number | undefined
    context?: CollectContext | undefined
    items: readonly unknown[]
  }
  /** Whether a browser says that the page is this product's own. */
  sameOrigin: 'same' | 'other' | 'unsaid'
  /** The client's address and country as far as somebody trustworthy said. */
  address: string | null
  country: string | null
  receivedMs: number
}

/** What the rows of one batch share. */
export type RowContext = {
  sender: Sender
  defaults: CollectContext
  receivedMs: number
  /** Global Privacy Control is on: no row says who it was. */
  isGpc: boolean
  agent: Agent
  country: string | null
  /** Kept only where the project's settings ask for it; the address truncated. */
  userAgent: string | null
  ip: string | null
  /** `toActorId` under the project's key, remembered for the batch. */
  toActorId(message: string): ActorId
}

/** One item became a row, or was rejected by itself. */
export type RowOutcome<Row> = { ok: true; row: Row } | { ok: false; reason: RejectReason }
