import type { FunnelLibrary } from '../contracts/funnel-library'
import { DAY_MS } from '../core/time-range'
import { readNamedFunnels } from '../database/event-reports'
import { readSavedFunnels } from '../database/funnel-library'
import type { Project } from '../database/projects'
import { toNamedFunnels } from './models/named-funnels'

const CONVERSIONS_MS = 90 * DAY_MS

/** The project's saved funnels, and the ones that code feeds by conversions, of the last 90 days, with their steps in order. */
export async function readFunnelLibrary(project: Project, nowMs: number): Promise<FunnelLibrary> {
  const range = { fromMs: nowMs + 1 - CONVERSIONS_MS, toMs: nowMs + 1 }
  const [items, named] = await Promise.all([
    readSavedFunnels(project.id),
    readNamedFunnels({ projectId: project.id, ...range, filters: {}, includeBots: false }),
  ])
  return {
    items,
    conversions: toNamedFunnels(named).map(({ name, steps }) => ({ name, steps: steps.map(({ step }) => step) })),
  }
}
