import type { Page } from 'playwright-core'

export type DemoVisit = { recipe?: string; day?: string; meal?: string; name?: string; stopAfter?: DemoStage }
/** How far a visitor goes. */
export type DemoStage = 'list' | 'recipe' | 'plan' | 'sign-up'

/** Clicks through the demo as a person does: list, filter, recipe, plan, sign up, week; or as far as `stopAfter`. */
export async function visitDemo(page: Page, productUrl: string, visit: DemoVisit = {}): Promise<void> {
  const { recipe = 'Pea and mint pasta', day = 'Thursday', meal = 'Dinner', name = 'Robin', stopAfter } = visit
  await page.goto(`${productUrl}/demo`)
  await page.getByRole('button', { name: 'vegetarian' }).click()
  await page.getByRole('status').filter({ hasText: '6 recipes' }).waitFor()
  if (stopAfter === 'list') return

  await page.getByRole('link', { name: recipe }).click()
  await page.getByRole('heading', { level: 1, name: recipe }).waitFor()
  if (stopAfter === 'recipe') return

  await page.getByRole('combobox', { name: 'Day' }).selectOption(day)
  await page.getByRole('combobox', { name: 'Meal' }).selectOption(meal)
  await page.getByRole('button', { name: 'Add to my week' }).click()
  await page.getByText(`${recipe} is planned for ${day} ${meal.toLowerCase()}.`).waitFor()
  if (stopAfter === 'plan') return

  await page.getByRole('main').getByRole('link', { name: 'Sign up' }).click()
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('E-mail').fill(`${name.toLowerCase()}@example.test`)
  await page.getByRole('main').getByRole('button', { name: 'Sign up' }).click()
  await page.getByText(`Welcome, ${name}.`).waitFor()

  await page.getByRole('main').getByRole('link', { name: 'See my week' }).click()
  await page.getByRole('heading', { level: 1, name: 'My week' }).waitFor()
}
