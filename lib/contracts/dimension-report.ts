import { z } from 'zod'

const counts = z.object({ events: z.int().min(0), people: z.int().min(0), sessions: z.int().min(0) })

/** One value of a dimension with its figures, and those of the period before. A null value is "not known". */
export const dimensionRow = counts.extend({ value: z.string().nullable(), previous: counts })
export type DimensionRow = z.infer<typeof dimensionRow>

/** The 100 values with most people; ties by events, then by value. */
export const dimensionRows = z.array(dimensionRow)
