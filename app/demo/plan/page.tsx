import type { Metadata } from 'next'
import { RECIPES } from '../recipes'
import { WeekPlan } from './week-plan'

export const metadata: Metadata = { title: 'My week' }

/** The planned meals and what to buy for them; both live in the visitor's browser. */
export default function PlanPage() {
  return (
    <>
      <h1 className="font-(family-name:--font-display) text-4xl">My week</h1>
      <p className="mt-2 text-ink-soft">Kept in this browser. Plan a meal from any recipe.</p>
      <WeekPlan recipes={RECIPES} />
    </>
  )
}
