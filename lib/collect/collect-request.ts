import type { BotReason } from '../contracts/bot-reasons'
import type { RejectReason } from '../contracts/collect-answer'
import type { CollectContext } from '../contracts/collect-events'
import type { ActorId, ProjectId } from '../core/ids'
import type { Agent } from './parse-agent'
import type { Scrubber } from './scrubber'
import type { VisitorKeys } from './visitor-key'

/** What collecting knows of a project. */
export type CollectProject = {
  id: ProjectId
  slug: string
  hashKey: string
  allowedOrigins: readonly string[]
  settings: Readonly<Record<string, unknown>>
  /** Lower-case hex SHA-256 of each valid secret key. */
  secretKeyHashes: readonly string[]
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
  /** The address belongs to a hosting network; false when nobody knows. */
  isDataCentre: boolean
  receivedMs: number
}

/** What the rows of one batch share. */
export type RowContext = {
  sender: Sender
  defaults: CollectContext
  receivedMs: number
  /** Global Privacy Control, or Do Not Track where the project honours it: no two rows may be tied together. */
  isGpc: boolean
  agent: Agent
  /** Why the sender is taken for a bot; null when it is not. */
  botReasons: readonly BotReason[] | null
  /** Users whose rows the project leaves out of its numbers, as the application names them. */
  ignoredUserIds: readonly string[]
  country: string | null
  /** Kept only where the project's settings ask for it; the address truncated. */
  userAgent: string | null
  ip: string | null
  /** The day's keys of an anonymous browser; of nobody where none may be made. */
  visitorKeys: VisitorKeys
  /** What the project lets be stored. */
  scrubber: Scrubber
  /** `toActorId` under the project's key, remembered for the batch. */
  toActorId(message: string): ActorId
}

/** One item became a row, from which `cutCount` excess values were cut off; or it was rejected by itself. */
export type RowOutcome<Row> = { ok: true; row: Row; cutCount: number } | { ok: false; reason: RejectReason }
