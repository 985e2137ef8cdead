'use client'

import { useCallback } from 'react'
import { useGrowthAnalytics } from '@/lib/analytics/growth'
import { RECIPE_DISCOVERY } from './recipe-discovery'
import { useOncePerView } from './use-once-per-view'

/** Records that a recipe was opened. Shows nothing, so that the page around it stays a server component. */
export function RecipeView({ recipeId }: { recipeId: string }) {
  const { track, conversion } = useGrowthAnalytics()
  const record = useCallback(() => {
    track('recipe_viewed', { recipe: recipeId })
    conversion(RECIPE_DISCOVERY, 'recipe_viewed', { recipe: recipeId })
  }, [track, conversion, recipeId])
  useOncePerView(recipeId, record)
  return null
}
