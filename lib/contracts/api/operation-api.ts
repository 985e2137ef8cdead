import { z } from 'zod'
import { botGroupQuery, botGroups, botRestoreAnswer, botRestoreRequest } from '../bots'
import {
  deadLetterDiscardAnswer,
  deadLetterDiscardRequest,
  deadLetterPage,
  deadLetterQuery,
  deadLetterRetryAnswer,
  deadLetterRetryRequest,
} from '../dead-letters'
import { ingestHealth, ingestHealthQuery } from '../ingest-health'
import type { ApiOperations } from './operation'

/** Running it: ingestion, jobs, health. */
export const OPERATION_API = {
  'GET /api/growth-engine/health': {
    summary:
      'Health of what the performance engine stands on: 200 with `degraded` rather than an error, as the engine has fallbacks.',
    permission: 'public',
    bare: z.looseObject({ status: z.string() }),
  },
  'GET /api/growth-engine/metrics': {
    summary: 'What this process has counted and how it is doing, as JSON.',
    permission: 'metrics.read',
    bare: z.looseObject({}),
  },
  'GET /api/health': {
    summary: 'Liveness: this process answers. Says nothing of the store; see `/api/ready`.',
    permission: 'public',
    bare: z.looseObject({ status: z.string() }),
  },
  'GET /api/ingest/bots': {
    summary: 'What is marked as bots, grouped by why and by agent.',
    permission: 'ingest.read',
    query: botGroupQuery,
    answer: botGroups,
  },
  'POST /api/ingest/bots/restore': {
    summary:
      "Lets rows that were taken for bots count as people's. Interrupted, the same request again goes on with it.",
    permission: 'bots.manage',
    body: botRestoreRequest,
    answer: botRestoreAnswer,
  },
  'GET /api/ingest/dead-letters': {
    summary: 'Rows that the store refused, the latest first.',
    permission: 'dead_letters.read',
    query: deadLetterQuery,
    answer: deadLetterPage,
  },
  'POST /api/ingest/dead-letters/discard': {
    summary: 'Throws parked rows away.',
    permission: 'dead_letters.manage',
    body: deadLetterDiscardRequest,
    answer: deadLetterDiscardAnswer,
  },
  'POST /api/ingest/dead-letters/retry': {
    summary: 'Tries to store parked rows again.',
    permission: 'dead_letters.manage',
    body: deadLetterRetryRequest,
    answer: deadLetterRetryAnswer,
  },
  'GET /api/ingest/health': {
    summary: 'What became of what was sent in the last minutes, and what waits now.',
    permission: 'ingest.read',
    query: ingestHealthQuery,
    answer: ingestHealth,
  },
  'POST /api/jobs/create-partitions': {
    summary: 'Creates the partitions ahead; harmless however often it runs.',
    permission: 'jobs.run',
    answer: z.looseObject({}),
  },
  'POST /api/jobs/drain-spill': {
    summary: 'Moves what waits in the spill to the store; harmless however often and wherever it runs at once.',
    permission: 'jobs.run',
    answer: z.looseObject({}),
  },
  'POST /api/jobs/fold-counts': {
    summary: 'Adds up what was counted since the last time; harmless however often and wherever it runs at once.',
    permission: 'jobs.run',
    answer: z.looseObject({}),
  },
  'POST /api/jobs/purge-expired': {
    summary:
      'Lets go what every project has outlived, and ends erasures that were interrupted; harmless however often it runs.',
    permission: 'jobs.run',
    answer: z.looseObject({}),
  },
  'POST /api/jobs/rebuild-rollups': {
    summary:
      'Has all rollups made anew by the jobs that make them; reports read raw rows meanwhile and answer the same.',
    permission: 'jobs.run',
    answer: z.looseObject({}),
  },
  'POST /api/jobs/roll-up': {
    summary:
      'Rolls up what changed since the last time, so that questions need few raw rows; harmless however often and wherever it runs at once.',
    permission: 'jobs.run',
    answer: z.looseObject({}),
  },
  'POST /api/jobs/roll-up-calls': {
    summary:
      'Rolls up the AI calls and database queries that changed since the last time; harmless however often and wherever it runs at once.',
    permission: 'jobs.run',
    answer: z.looseObject({}),
  },
  'POST /api/jobs/roll-up-vitals': {
    summary:
      'Rolls up the web vitals that changed since the last time; harmless however often and wherever it runs at once.',
    permission: 'jobs.run',
    answer: z.looseObject({}),
  },
  'GET /api/metrics': {
    summary: 'The counters and gauges of this process in the Prometheus text format.',
    permission: 'metrics.read',
    download: ['text/plain'],
  },
  'GET /api/openapi.json': {
    summary: 'This API as a document of OpenAPI 3.1, made from the contracts that its routes check.',
    permission: 'public',
    bare: z.looseObject({}),
  },
  'GET /api/ready': {
    summary:
      'Readiness: 200 while ingestion can accept, else 503; `checks` says what is degraded. A store that is away alone is no reason to send nobody here any more, as long as rows can be spilled; `spill` is there with a Redis only.',
    permission: 'public',
    bare: z.looseObject({ status: z.string() }),
  },
} as const satisfies ApiOperations
