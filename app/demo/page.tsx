import { RecipeBrowser } from './recipe-browser'
import { RECIPES } from './recipes'

/** The list of recipes: the first step of the funnel. */
export default function RecipeListPage() {
  return (
    <>
      <h1 className="max-w-2xl text-balance font-(family-name:--font-display) text-4xl leading-tight sm:text-5xl">
        What shall we cook this week?
      </h1>
      <p className="mt-3 max-w-xl text-ink-soft leading-relaxed">
        Nine recipes that keep their promises. Pick one, put it on a day, and the shopping list writes itself.
      </p>
      <RecipeBrowser recipes={RECIPES} />
    </>
  )
}
