import type { RangeName } from '@/lib/core/time-range'
import type { How } from '../cards/how-computed'
import type { ReportRequest } from '../data/report-query'
import type { HealthSpan } from './parse-ingest-url'

const toRequest = (path: string, query: ReportRequest['query']): ReportRequest => ({
  method: 'GET',
  path: `/api/ingest/${path}`,
  ...(query && { query }),
})

/** How what waits is counted. */
export function toWaitingHow(project: string): How {
  return {
    definition:
      'Rows in memory are those that requests under way have brought and no transaction has committed yet. Rows in Redis were answered as accepted while the database was away; a job stores them as soon as it is back. Dead letters were refused by the database for what they hold.',
    window: 'This moment; memory over all processes that have written in the last two minutes.',
    sample: 'Every row. Redis is the whole install’s, all else this project’s.',
    leftOut: 'What browsers keep back themselves until the server answers again.',
    request: toRequest('health', { project }),
  }
}

/** How arrivals are counted over a span. */
export function toArrivalsHow(project: string, { value, minutes }: HealthSpan): How {
  return {
    definition:
      'Received is every item of every batch; each is then accepted, a duplicate of one that is stored, or rejected for a reason. A refused batch is counted once and none of its items. Lag is from the moment an event happened to its commit.',
    window: `The last ${value === '60m' ? '60 minutes' : '24 hours'}, the current minute included, by the clock of the server that took the batch.`,
    sample:
      'Every item; nothing is sampled. Lag and rows per transaction come from histograms, within 1% of the exact percentile.',
    leftOut:
      'A process that is killed takes the last seconds of its counts along. Rows older than a week are imports and have no lag.',
    request: toRequest('health', { project, minutes }),
  }
}

/** How dead letters are kept. Only a member can read them, so there is no request to repeat with a key. */
export function toDeadLettersHow(): How {
  return {
    definition:
      'A group of rows that the database refuses is halved until each bad row stands alone; that row is kept here with the database’s own reason, the others are stored.',
    window: 'Until they are tried again with success, or discarded.',
    leftOut: 'Items that broke the contract: they were rejected with an answer and never reached the database.',
  }
}

/** How marked rows are grouped over a range. */
export function toBotsHow(project: string, range: RangeName): How {
  return {
    definition:
      'A row is marked by an agent that names itself, or by two kinds of other evidence. Rows with the same evidence and the same browser are one group.',
    window: `The last ${range} by the rows’ own time.`,
    sample: 'Every marked row.',
    leftOut: 'Groups that were counted as people’s: their rows are in every report again.',
    request: toRequest('bots', { project, range }),
  }
}
