import { z } from 'zod'
import { DAY_MS, parseDurationMs } from '../core/time-range'
import { NAME_LENGTH_MAX } from './collect-limits'
import { COLUMN_KEYS, condition, eventStep } from './step'

/** Conditions of one segment, those of its groups included. */
export const SEGMENT_CONDITIONS_MAX = 20
/** The widest `within`; leave it out for "at any time". */
const WITHIN_MS_MAX = 3_660 * DAY_MS
/** Rows that a person may be asked to have; a count beyond is a typo, not a question. */
const COUNT_MAX = 1_000_000

const key = z.string().min(1).max(NAME_LENGTH_MAX)

/** The last so much time up to the asking, such as `30d`; kept as written. */
const within = z
  .string()
  .max(20)
  .refine(
    (text) => {
      const ms = parseDurationMs(text)
      return ms !== null && ms > 0 && ms <= WITHIN_MS_MAX
    },
    { message: 'expected a positive number with s, m, h, d or w, such as 30d, of at most ten years' },
  )
  .optional()

/** How often: `{ gte: 1 }`, so at least once, when left out. */
export const segmentCount = z.union([
  z.strictObject({ gte: z.int().min(1).max(COUNT_MAX) }),
  z.strictObject({ lte: z.int().min(0).max(COUNT_MAX) }),
  z.strictObject({ eq: z.int().min(0).max(COUNT_MAX) }),
])
export type SegmentCount = z.infer<typeof segmentCount>

/** A trait of the profile. Who has no profile, or not the trait, fulfils only `not` and `exists: false`. */
export const traitCondition = z.strictObject({
  kind: z.literal('trait'),
  key: key.refine((text) => !(COLUMN_KEYS as readonly string[]).includes(text), {
    message: 'this names a column of events, not a trait; use a condition of kind `property`',
  }),
  is: condition,
})
/** Events done: so many rows that match the step, within the time. `not` turns the whole of it round. */
export const didCondition = z.strictObject({
  kind: z.literal('did'),
  event: eventStep,
  count: segmentCount.optional(),
  within,
  not: z.boolean().optional(),
})
/** At least one event, of whatever name, where a property or column (`$country`) is so, within the time. */
export const propertyCondition = z.strictObject({
  kind: z.literal('property'),
  key,
  is: condition,
  within,
  not: z.boolean().optional(),
})

const leaf = z.discriminatedUnion('kind', [traitCondition, didCondition, propertyCondition])
export type SegmentLeaf = z.infer<typeof leaf>

/** Conditions in brackets: one level deep, so that a definition can be read aloud. */
export const segmentGroup = z.strictObject({
  kind: z.literal('group'),
  match: z.enum(['all', 'any']),
  conditions: z.array(leaf).min(1).max(SEGMENT_CONDITIONS_MAX),
})
export type SegmentGroup = z.infer<typeof segmentGroup>

/**
 * Which people: all or any of the conditions hold. Only a project's people are meant: who did any event, or has a profile. Rows
 * marked as bots and rows under Global Privacy Control say nothing about anybody.
 */
export const segmentDefinition = z
  .strictObject({
    match: z.enum(['all', 'any']),
    conditions: z
      .array(z.discriminatedUnion('kind', [traitCondition, didCondition, propertyCondition, segmentGroup]))
      .min(1),
  })
  .superRefine(({ conditions }, context) => {
    const count = conditions.reduce((sum, each) => sum + (each.kind === 'group' ? each.conditions.length : 1), 0)
    if (count <= SEGMENT_CONDITIONS_MAX) return
    const message = `expected at most ${SEGMENT_CONDITIONS_MAX} conditions, got ${count}`
    context.addIssue({ code: 'custom', path: ['conditions'], message })
  })
export type SegmentDefinition = z.infer<typeof segmentDefinition>
export type SegmentCondition = SegmentDefinition['conditions'][number]

// Line breaks would fall out of every list of names.
const name = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, { message: 'expected one line of text, without control characters' })

/** A saved segment as `GET /api/segments` lists it, by name. */
export const segment = z.object({
  id: z.string(),
  name: z.string(),
  definition: segmentDefinition,
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})
export type Segment = z.infer<typeof segment>

/** Body of `POST /api/segments`. A name is used once per project: `conflict`. */
export const segmentRequest = z.strictObject({ name, definition: segmentDefinition })
export type SegmentRequest = z.infer<typeof segmentRequest>
/** Body of `PATCH /api/segments/[id]`: what is left out stays. */
export const segmentPatch = z.strictObject({ name: name.optional(), definition: segmentDefinition.optional() })
export type SegmentPatch = z.infer<typeof segmentPatch>

/** Body of `POST /api/segments/preview`: a definition that need not be saved. */
export const segmentPreviewRequest = z.strictObject({ definition: segmentDefinition })
/**
 * Answer of `POST /api/segments/preview` and of `GET /api/segments/[id]/counts`: how many people the segment has now, and how many of those with an event in the last
 * 30 days it has. `recentRatio` is null when there was nobody.
 */
export const segmentPreview = z.object({
  people: z.int(),
  recentPeople: z.int(),
  recentPeopleInSegment: z.int(),
  recentRatio: z.number().nullable(),
})
export type SegmentPreview = z.infer<typeof segmentPreview>

/** Body of `POST /api/segments/[id]/people`; `after` is the `next` of the page before. */
export const segmentPeopleRequest = z.strictObject({
  limit: z.int().min(1).max(500).default(100),
  after: z
    .string()
    .regex(/^-?\d{1,19}$/, { message: 'expected the `next` of the page before' })
    .optional(),
})
/** People of a segment in the order of their ids. Only known users have a profile to speak from: the rest is null. */
export const segmentPeople = z.object({
  people: z.array(
    z.object({
      personId: z.string(),
      externalId: z.string().nullable(),
      userId: z.string().nullable(),
      lastSeen: z.iso.datetime().nullable(),
      traits: z.record(z.string(), z.unknown()).nullable(),
    }),
  ),
  total: z.int(),
  next: z.string().nullable(),
})
export type SegmentPeople = z.infer<typeof segmentPeople>

/**
 * Answer of `GET /api/segments/traits`: keys of traits, the most frequent first, each with values that at least five people
 * share, for suggestions.
 */
export const traitSuggestions = z.array(
  z.object({ key: z.string(), values: z.array(z.union([z.string(), z.number(), z.boolean()])) }),
)
export type TraitSuggestions = z.infer<typeof traitSuggestions>
