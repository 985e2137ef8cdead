import ArrowLeft from 'lucide-react/icons/arrow-left'
import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { Dish } from '../../dish'
import { PlanMealForm } from '../../plan-meal-form'
import { RecipeView } from '../../recipe-view'
import { findRecipe } from '../../recipes'

type Props = { params: Promise<{ id: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const recipe = findRecipe((await params).id)
  return recipe ? { title: recipe.title, description: recipe.summary } : {}
}

/** One recipe: the second step of the funnel, and with its form the third. */
export default async function RecipePage({ params }: Props) {
  const recipe = findRecipe((await params).id)
  if (!recipe) notFound()
  return (
    <article>
      <RecipeView recipeId={recipe.id} />
      <Link href="/demo" className="inline-flex items-center gap-1.5 text-ink-soft text-sm hover:text-ink">
        <ArrowLeft aria-hidden="true" className="size-4" /> All recipes
      </Link>
      <div className="mt-4 grid gap-8 lg:grid-cols-[1fr_20rem]">
        <div>
          <Dish art={recipe.art} className="aspect-2/1 w-full rounded-card" />
          <h1 className="mt-6 text-balance font-(family-name:--font-display) text-4xl leading-tight">{recipe.title}</h1>
          <p className="mt-2 max-w-2xl text-ink-soft leading-relaxed">{recipe.summary}</p>
          <p className="mt-3 text-ink-faint text-sm">
            {recipe.minutes} minutes · serves {recipe.servings} · {recipe.tags.join(', ')}
          </p>
          <div className="mt-8 grid gap-8 sm:grid-cols-[14rem_1fr]">
            <section aria-labelledby="ingredients">
              <h2 id="ingredients" className="font-(family-name:--font-display) text-xl">
                Ingredients
              </h2>
              <ul className="mt-3 divide-y divide-line border-line border-y text-sm">
                {recipe.ingredients.map((ingredient) => (
                  <li key={ingredient} className="py-2">
                    {ingredient}
                  </li>
                ))}
              </ul>
            </section>
            <section aria-labelledby="method">
              <h2 id="method" className="font-(family-name:--font-display) text-xl">
                Method
              </h2>
              <ol className="mt-3 space-y-4">
                {recipe.steps.map((step, index) => (
                  <li key={step} className="flex gap-3 leading-relaxed">
                    <span aria-hidden="true" className="font-(family-name:--font-display) text-accent text-xl">
                      {index + 1}
                    </span>
                    {step}
                  </li>
                ))}
              </ol>
            </section>
          </div>
        </div>
        <aside aria-label="Plan this recipe">
          <PlanMealForm recipeId={recipe.id} recipeTitle={recipe.title} />
        </aside>
      </div>
    </article>
  )
}
