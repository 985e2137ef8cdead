'use client'

import X from 'lucide-react/icons/x'
import Link from 'next/link'
import { useGrowthAnalytics } from '@/lib/analytics/growth'
import { DAYS, type Day, deletePlannedMeal, MEALS, type Meal, usePantry } from '../pantry-store'
import type { Recipe } from '../recipes'

/** The seven days with their meals, and the ingredients of everything planned. */
export function WeekPlan({ recipes }: { recipes: readonly Recipe[] }) {
  const { track } = useGrowthAnalytics()
  const { plan, member } = usePantry()

  function recipeOf(day: Day, meal: Meal): Recipe | undefined {
    const planned = plan.find((each) => each.day === day && each.meal === meal)
    return planned && recipes.find(({ id }) => id === planned.recipeId)
  }

  function onRemove(day: Day, meal: Meal, recipe: Recipe) {
    deletePlannedMeal(day, meal)
    track('meal_removed', { recipe: recipe.id, day, meal })
  }

  const planned = plan.flatMap(({ day, meal }) => recipeOf(day, meal) ?? [])
  return (
    <div className="mt-6 grid gap-8 lg:grid-cols-[1fr_20rem]">
      <ul className="grid gap-3 sm:grid-cols-2">
        {DAYS.map((day) => (
          <li key={day} className="rounded-card border border-line bg-surface p-4 shadow-card">
            <h2 className="font-(family-name:--font-display) text-lg">{day}</h2>
            <dl className="mt-2 divide-y divide-line text-sm">
              {MEALS.map((meal) => (
                <div key={meal} className="flex min-h-11 items-center gap-3">
                  <dt className="w-14 shrink-0 text-ink-faint">{meal}</dt>
                  <dd className="flex min-w-0 flex-1 items-center justify-between gap-2">
                    <MealSlot
                      recipe={recipeOf(day, meal)}
                      label={`${day} ${meal.toLowerCase()}`}
                      onRemove={(recipe) => onRemove(day, meal, recipe)}
                    />
                  </dd>
                </div>
              ))}
            </dl>
          </li>
        ))}
      </ul>
      <aside aria-labelledby="shopping" className="space-y-4">
        <section className="rounded-card border border-line bg-surface p-5 shadow-card">
          <h2 id="shopping" className="font-(family-name:--font-display) text-xl">
            Shopping list
          </h2>
          <ShoppingList recipes={planned} />
        </section>
        {planned.length > 0 && !member && (
          <section className="rounded-card bg-accent-soft p-5 text-sm">
            <p>Sign up, and the week is yours by name.</p>
            <Link
              href="/demo/sign-up"
              className="mt-3 inline-block rounded-control bg-accent px-4 py-2 font-medium text-on-accent hover:bg-accent-strong"
            >
              Sign up
            </Link>
          </section>
        )}
      </aside>
    </div>
  )
}

type MealSlotProps = { recipe: Recipe | undefined; label: string; onRemove: (recipe: Recipe) => void }

function MealSlot({ recipe, label, onRemove }: MealSlotProps) {
  if (!recipe) {
    return (
      <Link href="/demo" className="text-ink-faint hover:text-accent" aria-label={`Choose a recipe for ${label}`}>
        Choose a recipe
      </Link>
    )
  }
  return (
    <>
      <Link href={`/demo/recipes/${recipe.id}`} className="truncate font-medium hover:text-accent">
        {recipe.title}
      </Link>
      <button
        type="button"
        onClick={() => onRemove(recipe)}
        aria-label={`Remove ${recipe.title} from ${label}`}
        className="rounded-control p-1.5 text-ink-faint hover:bg-sunken hover:text-ink"
      >
        <X aria-hidden="true" className="size-4" />
      </button>
    </>
  )
}

function ShoppingList({ recipes }: { recipes: readonly Recipe[] }) {
  if (recipes.length === 0)
    return <p className="mt-3 text-ink-soft text-sm">Empty, like the week. Plan a meal first.</p>
  const ingredients = [...new Set(recipes.flatMap((recipe) => recipe.ingredients))]
  return (
    <ul className="mt-3 space-y-1.5 text-sm">
      {ingredients.map((ingredient) => (
        <li key={ingredient}>
          <label className="flex items-center gap-2.5">
            <input type="checkbox" className="peer size-4" />
            <span className="peer-checked:text-ink-faint peer-checked:line-through">{ingredient}</span>
          </label>
        </li>
      ))}
    </ul>
  )
}
