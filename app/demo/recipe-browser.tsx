'use client'

import Clock from 'lucide-react/icons/clock'
import Search from 'lucide-react/icons/search'
import Users from 'lucide-react/icons/users'
import Link from 'next/link'
import { useCallback, useDeferredValue, useState } from 'react'
import { useGrowthAnalytics } from '@/lib/analytics/growth'
import { performanceMonitor } from '@/lib/analytics/performance'
import { Dish } from './dish'
import { RECIPE_DISCOVERY } from './recipe-discovery'
import { type Recipe, TAGS, type Tag } from './recipes'
import { useOncePerView } from './use-once-per-view'

/** The recipes with a search field and one filter per tag. Records the list's view, each filter set and each recipe opened. */
export function RecipeBrowser({ recipes }: { recipes: readonly Recipe[] }) {
  const { track, conversion } = useGrowthAnalytics()
  const [query, setQuery] = useState('')
  const [tag, setTag] = useState<Tag | null>(null)
  // Typing stays responsive while the list catches up.
  const shownQuery = useDeferredValue(query)
  useOncePerView(
    'list',
    useCallback(() => conversion(RECIPE_DISCOVERY, 'list_viewed'), [conversion]),
  )

  const shown = recipes.filter((recipe) => (!tag || recipe.tags.includes(tag)) && isMatch(recipe, shownQuery))

  function onTag(chosen: Tag) {
    const startMs = performance.now()
    const next = chosen === tag ? null : chosen
    setTag(next)
    if (next) track('recipes_filtered', { tag: next })
    // The frame after the next one has been shown to the visitor when its callback runs.
    requestAnimationFrame(() =>
      requestAnimationFrame(() =>
        performanceMonitor.trackMetric({ route: '/demo', recipe_filter_ms: performance.now() - startMs }),
      ),
    )
  }

  return (
    <section aria-label="Recipes" className="mt-8">
      <div className="flex flex-col gap-3 sm:flex-row sm:items-center">
        <label className="relative block sm:w-72">
          <span className="sr-only">Search recipes and ingredients</span>
          <Search aria-hidden="true" className="absolute top-1/2 left-3 size-4 -translate-y-1/2 text-ink-faint" />
          <input
            type="search"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            placeholder="Chickpeas, noodles …"
            className="w-full rounded-full border border-line-strong bg-surface py-2 pr-4 pl-9 text-sm placeholder:text-ink-faint"
          />
        </label>
        <fieldset className="flex flex-wrap gap-2">
          <legend className="sr-only">Show only</legend>
          {TAGS.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={tag === each}
              onClick={() => onTag(each)}
              className="rounded-full border border-line-strong bg-surface px-3.5 py-1.5 text-ink-soft text-sm first-letter:uppercase hover:bg-sunken aria-pressed:border-accent aria-pressed:bg-accent aria-pressed:text-on-accent"
            >
              {each}
            </button>
          ))}
        </fieldset>
        <p role="status" className="text-ink-faint text-sm sm:ml-auto">
          {shown.length === 1 ? '1 recipe' : `${shown.length} recipes`}
        </p>
      </div>
      {shown.length === 0 && (
        <p className="mt-6 rounded-card border border-line border-dashed px-6 py-16 text-center text-ink-soft">
          Nothing fits. Try a shorter word, or clear the filter.
        </p>
      )}
      <ul className="mt-6 grid gap-5 sm:grid-cols-2 lg:grid-cols-3">
        {shown.map((recipe, index) => (
          <li key={recipe.id}>
            <RecipeCard
              recipe={recipe}
              onOpen={() => track('recipe_clicked', { recipe: recipe.id, position: index + 1 })}
            />
          </li>
        ))}
      </ul>
    </section>
  )
}

function RecipeCard({ recipe, onOpen }: { recipe: Recipe; onOpen: () => void }) {
  return (
    <Link
      href={`/demo/recipes/${recipe.id}`}
      onClick={onOpen}
      className="group flex h-full flex-col overflow-hidden rounded-card border border-line bg-surface shadow-card transition-shadow hover:shadow-popover"
    >
      <Dish
        art={recipe.art}
        className="aspect-16/9 w-full transition-transform duration-300 group-hover:scale-[1.02]"
      />
      <span className="flex flex-1 flex-col p-5">
        <span className="font-(family-name:--font-display) text-xl leading-snug group-hover:text-accent">
          {recipe.title}
        </span>
        <span className="mt-1.5 flex-1 text-ink-soft text-sm leading-relaxed">{recipe.summary}</span>
        <RecipeFacts recipe={recipe} className="mt-4 text-ink-faint text-xs" />
      </span>
    </Link>
  )
}

function RecipeFacts({ recipe, className }: { recipe: Recipe; className: string }) {
  return (
    <span className={`flex flex-wrap items-center gap-x-4 gap-y-1 ${className}`}>
      <span className="inline-flex items-center gap-1.5">
        <Clock aria-hidden="true" className="size-3.5" /> {recipe.minutes} min
      </span>
      <span className="inline-flex items-center gap-1.5">
        <Users aria-hidden="true" className="size-3.5" /> serves {recipe.servings}
      </span>
      <span className="inline-block first-letter:uppercase">{recipe.tags.join(', ')}</span>
    </span>
  )
}

function isMatch(recipe: Recipe, query: string): boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  const text = [recipe.title, recipe.summary, ...recipe.ingredients].join(' ').toLowerCase()
  return words.every((word) => text.includes(word))
}
