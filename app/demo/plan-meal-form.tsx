'use client'

import Check from 'lucide-react/icons/check'
import Link from 'next/link'
import { type FormEvent, useState } from 'react'
import { useGrowthAnalytics } from '@/lib/analytics/growth'
import { createPlannedMeal, DAYS, type Day, MEALS, type Meal, usePantry } from './pantry-store'
import { RECIPE_DISCOVERY } from './recipe-discovery'

const select = 'mt-1 w-full rounded-control border border-line-strong bg-surface px-3 py-2 text-sm'

/** Puts the recipe on a day of the week: the third step of the funnel, once for each meal planned. */
export function PlanMealForm({ recipeId, recipeTitle }: { recipeId: string; recipeTitle: string }) {
  const { track, conversion } = useGrowthAnalytics()
  const { member } = usePantry()
  const [planned, setPlanned] = useState<{ day: Day; meal: Meal } | null>(null)

  function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const day = form.get('day') as Day
    const meal = form.get('meal') as Meal
    createPlannedMeal({ day, meal, recipeId })
    track('meal_planned', { recipe: recipeId, day, meal })
    conversion(RECIPE_DISCOVERY, 'meal_planned', { recipe: recipeId })
    setPlanned({ day, meal })
  }

  return (
    <div className="rounded-card border border-line bg-surface p-5 shadow-card lg:sticky lg:top-6">
      <h2 className="font-(family-name:--font-display) text-xl">Plan this meal</h2>
      <form onSubmit={onSubmit} className="mt-4 space-y-4">
        <label className="block text-ink-soft text-sm">
          Day
          <select name="day" className={select}>
            {DAYS.map((day) => (
              <option key={day}>{day}</option>
            ))}
          </select>
        </label>
        <label className="block text-ink-soft text-sm">
          Meal
          <select name="meal" defaultValue="Dinner" className={select}>
            {MEALS.map((meal) => (
              <option key={meal}>{meal}</option>
            ))}
          </select>
        </label>
        <button
          type="submit"
          className="w-full rounded-control bg-accent px-4 py-2.5 font-medium text-on-accent text-sm hover:bg-accent-strong"
        >
          Add to my week
        </button>
      </form>
      <div role="status" className="text-sm">
        {planned && (
          <p className="mt-4 flex gap-2 rounded-control bg-good-soft p-3 text-good">
            <Check aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
            <span>
              {recipeTitle} is planned for {planned.day} {planned.meal.toLowerCase()}.
            </span>
          </p>
        )}
      </div>
      {planned && (
        <p className="mt-3 flex flex-wrap gap-x-4 gap-y-1 text-sm">
          <Link href="/demo/plan" className="font-medium text-accent underline underline-offset-4">
            See my week
          </Link>
          {!member && (
            <Link href="/demo/sign-up" className="font-medium text-accent underline underline-offset-4">
              Sign up
            </Link>
          )}
        </p>
      )}
    </div>
  )
}
