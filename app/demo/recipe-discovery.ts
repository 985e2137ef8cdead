/** The demo's funnel, in the order in which people go through it. The names are what the dashboard shows. */
export const RECIPE_DISCOVERY = 'Recipe Discovery'
export type RecipeDiscoveryStep = 'list_viewed' | 'recipe_viewed' | 'meal_planned' | 'signed_up'
