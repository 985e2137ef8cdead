import { z } from 'zod'
import { createFunnelRequest, funnelLibrary, funnelParams, savedFunnel, updateFunnelRequest } from '../funnel-library'
import { savedView, savedViewPatch, savedViewRequest } from '../saved-view'
import {
  segment,
  segmentPatch,
  segmentPeople,
  segmentPeopleRequest,
  segmentPreview,
  segmentPreviewRequest,
  segmentRequest,
  traitSuggestions,
} from '../segment'
import { createdShare, share, shareRequest } from '../share'
import type { ApiOperations } from './operation'

/** What a team keeps: funnels, segments, views and links. */
export const DEFINITION_API = {
  'GET /api/funnels': {
    summary: 'The saved funnels of the project, and those of conversions.',
    permission: 'funnels.read',
    answer: funnelLibrary,
  },
  'POST /api/funnels': {
    summary: 'Keeps a funnel under a name; 409 when it is taken.',
    permission: 'funnels.manage',
    body: createFunnelRequest,
    answer: savedFunnel,
    status: 201,
  },
  'DELETE /api/funnels/[id]': {
    summary: 'Deletes it.',
    permission: 'funnels.manage',
    params: funnelParams,
    status: 204,
  },
  'GET /api/funnels/[id]': {
    summary: 'One saved funnel.',
    permission: 'funnels.read',
    params: funnelParams,
    answer: savedFunnel,
  },
  'PATCH /api/funnels/[id]': {
    summary: 'Changes its name, its definition or both.',
    permission: 'funnels.manage',
    params: funnelParams,
    body: updateFunnelRequest,
    answer: savedFunnel,
  },
  'GET /api/segments': {
    summary: "The project's segments, by name.",
    permission: 'segments.read',
    answer: z.array(segment),
  },
  'POST /api/segments': {
    summary: 'Keeps a segment under a name; 409 when it is taken.',
    permission: 'segments.manage',
    body: segmentRequest,
    answer: segment,
    status: 201,
  },
  'DELETE /api/segments/[id]': {
    summary: 'Deletes it. Reports that ask for it are refused from then on.',
    permission: 'segments.manage',
    params: z.object({ id: z.guid() }),
    status: 204,
  },
  'GET /api/segments/[id]': {
    summary: 'One segment.',
    permission: 'segments.read',
    params: z.object({ id: z.guid() }),
    answer: segment,
  },
  'PATCH /api/segments/[id]': {
    summary: 'Changes its name, its definition or both.',
    permission: 'segments.manage',
    params: z.object({ id: z.guid() }),
    body: segmentPatch,
    answer: segment,
  },
  'GET /api/segments/[id]/counts': {
    summary: "How many people a saved segment has now, and how many of the last 30 days' people.",
    permission: 'segments.read',
    params: z.object({ id: z.guid() }),
    answer: segmentPreview,
  },
  'POST /api/segments/[id]/people': {
    summary: 'Who is of the segment now, page by page in the order of their ids.',
    permission: 'people.read',
    params: z.object({ id: z.guid() }),
    body: segmentPeopleRequest,
    answer: segmentPeople,
  },
  'POST /api/segments/preview': {
    summary:
      'How many people a definition means now, for whoever is writing it. Not for viewers: conditions on traits that are free to choose would tell them what is known about somebody.',
    permission: 'segments.manage',
    body: segmentPreviewRequest,
    answer: segmentPreview,
  },
  'GET /api/segments/traits': {
    summary: 'Which traits profiles have, to choose from when a segment is written.',
    permission: 'segments.manage',
    answer: traitSuggestions,
  },
  'GET /api/shares': {
    summary: "The project's read-only links, the revoked and expired too, newest first.",
    permission: 'shares.read',
    answer: z.array(share),
  },
  'POST /api/shares': {
    summary: 'Makes a link to one page, with an expiry in the next 90 days; this answer alone shows its token.',
    permission: 'shares.manage',
    body: shareRequest,
    answer: createdShare,
    status: 201,
  },
  'DELETE /api/shares/[id]': {
    summary: 'Ends a link, from the next request on. 404 for one that was revoked already.',
    permission: 'shares.manage',
    params: z.object({ id: z.guid() }),
    status: 204,
  },
  'GET /api/views': {
    summary: "The project's saved views, by name.",
    permission: 'views.read',
    answer: z.array(savedView),
  },
  'POST /api/views': {
    summary: 'Keeps a page with its filters under a name; 409 when it is taken.',
    permission: 'views.manage',
    body: savedViewRequest,
    answer: savedView,
    status: 201,
  },
  'DELETE /api/views/[id]': {
    summary: 'Deletes a view.',
    permission: 'views.manage',
    params: z.object({ id: z.guid() }),
    status: 204,
  },
  'PATCH /api/views/[id]': {
    summary: 'Renames a view, or gives it another state.',
    permission: 'views.manage',
    params: z.object({ id: z.guid() }),
    body: savedViewPatch,
    answer: savedView,
  },
} as const satisfies ApiOperations
