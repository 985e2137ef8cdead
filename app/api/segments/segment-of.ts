import { z } from 'zod'
import { AppError } from '@/lib/core/errors'

/** The segment that an address names. */
export const segmentParams = z.object({ id: z.guid() })

/** The segment found; 404 where the project has none of that id. */
export function foundSegment<Found>(segment: Found | null | false): Found {
  if (segment) return segment
  throw new AppError('not_found', 'The project has no such segment.')
}
