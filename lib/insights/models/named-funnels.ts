import { toRatio } from '../../core/ratio'

type StepRow = { funnel: string; step: string; people: number }
export type NamedFunnel = {
  name: string
  steps: { step: string; count: number; conversionRatio: number | null }[]
}

/** Steps in the order given, the rows of a funnel next to each other; ratios to the funnel's first step. */
export function toNamedFunnels(rows: readonly StepRow[]): NamedFunnel[] {
  const funnels: NamedFunnel[] = []
  for (const { funnel, step, people } of rows) {
    let last = funnels.at(-1)
    if (last?.name !== funnel) {
      last = { name: funnel, steps: [] }
      funnels.push(last)
    }
    const first = last.steps[0]?.count ?? people
    last.steps.push({ step, count: people, conversionRatio: toRatio(people, first) })
  }
  return funnels
}
