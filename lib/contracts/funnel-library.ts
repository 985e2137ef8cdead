import { z } from 'zod'
import { NAME_LENGTH_MAX } from './collect-limits'
import { checkDefinition, FUNNEL_DEFINITION_FIELDS } from './funnel'

const name = z.string().trim().min(1).max(NAME_LENGTH_MAX)

/** A funnel to keep, written as in `POST /api/analytics/funnels`: the same fields without range and filters. */
export const funnelDefinition = z.strictObject(FUNNEL_DEFINITION_FIELDS).superRefine(checkDefinition)
export type FunnelDefinition = z.output<typeof funnelDefinition>
export type FunnelDefinitionInput = z.input<typeof funnelDefinition>

/** Body of `POST /api/funnels`. A name that is taken is 409. */
export const createFunnelRequest = z.strictObject({ name, definition: funnelDefinition })
export type CreateFunnelRequest = z.output<typeof createFunnelRequest>

/** Body of `PATCH /api/funnels/<id>`: what is left out stays. */
export const updateFunnelRequest = z.strictObject({ name: name.optional(), definition: funnelDefinition.optional() })
export type UpdateFunnelRequest = z.output<typeof updateFunnelRequest>

/** Path of one saved funnel. */
export const funnelParams = z.object({ id: z.guid() })

/** A saved funnel. `window` of its definition is text again, as a caller writes it, so that it can be asked as it is. */
export const savedFunnel = z.object({
  id: z.string(),
  name: z.string(),
  definition: z.looseObject({ steps: z.array(z.looseObject({ event: z.string() })) }),
  updatedAt: z.iso.datetime(),
})
export type SavedFunnel = z.infer<typeof savedFunnel>

/** Answer of `GET /api/funnels`: saved ones by name, and the ones that code feeds by `conversion(funnel, step)`. */
export const funnelLibrary = z.object({
  items: z.array(savedFunnel),
  conversions: z.array(
    z.object({
      name: z.string(),
      /** In the order that is known for it, of the last 90 days; asked with `conversions` and these as events. */
      steps: z.array(z.string()),
    }),
  ),
})
export type FunnelLibrary = z.infer<typeof funnelLibrary>
