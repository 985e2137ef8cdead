import { collectAnswer } from '../collect-answer'
import { eventBatch } from '../collect-events'
import { metricBatch } from '../collect-metrics'
import { importAnswer, importQuery } from '../import'
import type { ApiOperations } from './operation'

/** Sending what happened. */
export const COLLECT_API = {
  'POST /api/analytics/ai-performance': {
    summary: 'Stores calls to models; answers 202 after their commit.',
    permission: 'collect.write',
    body: metricBatch,
    answer: collectAnswer,
    status: 202,
  },
  'POST /api/analytics/database-performance': {
    summary: 'Stores database queries; answers 202 after their commit.',
    permission: 'collect.write',
    body: metricBatch,
    answer: collectAnswer,
    status: 202,
  },
  'POST /api/analytics/events': {
    summary: 'Stores events, conversions and identifications; answers 202 after their commit.',
    permission: 'collect.write',
    body: eventBatch,
    answer: collectAnswer,
    status: 202,
  },
  'POST /api/analytics/performance': {
    summary: 'Stores or merges the web vitals of navigations; answers 202 after their commit.',
    permission: 'collect.write',
    body: metricBatch,
    answer: collectAnswer,
    status: 202,
  },
  'POST /api/import': {
    summary:
      'Stores the events and web vitals of a file, the body, as it arrives, however long it is. The same file again adds nothing.',
    permission: 'import.write',
    query: importQuery,
    file: ['application/x-ndjson', 'text/csv', 'text/plain', 'application/gzip'],
    answer: importAnswer,
  },
} as const satisfies ApiOperations
