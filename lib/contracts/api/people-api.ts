import { z } from 'zod'
import { eventExportQuery } from '../export'
import {
  erasureAnswer,
  erasureList,
  personReference,
  personSummary,
  verifyReceiptAnswer,
  verifyReceiptRequest,
} from '../people'
import { personId } from '../person-id'
import { personList, personListQuery, personSearch } from '../person-list'
import { sessionListQuery, sessionPage } from '../sessions'
import { timeline, timelineQuery } from '../timeline'
import type { ApiOperations } from './operation'

/** One person, and events one by one. */
export const PEOPLE_API = {
  'GET /api/export/events': {
    summary: 'Every event of a range as CSV or lines of JSON, sent as it is read.',
    permission: 'events.export',
    query: eventExportQuery,
    download: ['application/x-ndjson', 'text/csv'],
  },
  'GET /api/people': {
    summary: 'Who was active in the range, the latest first.',
    permission: 'people.read',
    query: personListQuery,
    answer: personList,
  },
  'GET /api/people/[personId]': {
    summary: 'Who somebody is and what they did, the latest first.',
    permission: 'people.read',
    query: timelineQuery,
    params: z.object({ personId }),
    answer: timeline,
  },
  'POST /api/people/erase': {
    summary: 'Erases a person for good. Interrupted, the same request again goes on with it.',
    permission: 'people.erase',
    body: personReference,
    answer: erasureAnswer,
  },
  'GET /api/people/erasures': {
    summary: 'Who was erased by whom and when, without saying who.',
    permission: 'people.read',
    answer: erasureList,
  },
  'POST /api/people/export': {
    summary: 'Everything that is stored of a person, as a JSON file.',
    permission: 'people.read',
    body: personReference,
    download: ['application/json'],
  },
  'POST /api/people/lookup': {
    summary: 'What is stored of a person, counted; null when nothing is.',
    permission: 'people.read',
    body: personReference,
    answer: personSummary.nullable(),
  },
  'POST /api/people/search': {
    summary: 'Known people by a part of their id or of a trait, the latest first.',
    permission: 'people.read',
    body: personSearch,
    answer: personList,
  },
  'GET /api/people/sessions': {
    summary: 'Sessions one by one, the latest first.',
    permission: 'people.read',
    query: sessionListQuery,
    answer: sessionPage,
  },
  'POST /api/people/verify-receipt': {
    summary: 'Whether a receipt of an erasure is genuine, and what it says.',
    permission: 'people.read',
    body: verifyReceiptRequest,
    answer: verifyReceiptAnswer,
  },
} as const satisfies ApiOperations
