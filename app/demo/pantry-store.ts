'use client'

import { useSyncExternalStore } from 'react'

export const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const
export type Day = (typeof DAYS)[number]
export const MEALS = ['Lunch', 'Dinner'] as const
export type Meal = (typeof MEALS)[number]

export type PlannedMeal = { day: Day; meal: Meal; recipeId: string }
/** A person who signed up. `personId` is random: it is all that analytics ever learns of them. */
export type PantryMember = { personId: string; name: string; email: string }
export type Pantry = { plan: readonly PlannedMeal[]; member: PantryMember | null }

const STORAGE_KEY = 'pantry'
const EMPTY: Pantry = { plan: [], member: null }
const listeners = new Set<() => void>()
let pantry: Pantry | undefined

/** What this browser keeps of the visitor: the week's plan and, after signing up, who they are. Empty on the server. */
export function usePantry(): Pantry {
  return useSyncExternalStore(subscribe, readPantry, () => EMPTY)
}

/** Puts a recipe on a day; whatever was planned for that meal gives way. */
export function createPlannedMeal(planned: PlannedMeal): void {
  const current = readPantry()
  write({ ...current, plan: [...current.plan.filter((other) => !isSameMeal(other, planned)), planned] })
}

export function deletePlannedMeal(day: Day, meal: Meal): void {
  const current = readPantry()
  write({ ...current, plan: current.plan.filter((other) => !isSameMeal(other, { day, meal })) })
}

/** Signs the visitor up in this browser; null signs them out again. */
export function updateMember(member: PantryMember | null): void {
  write({ ...readPantry(), member })
}

function isSameMeal(left: { day: Day; meal: Meal }, right: { day: Day; meal: Meal }): boolean {
  return left.day === right.day && left.meal === right.meal
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  // Another tab of the same browser plans a meal, too.
  const refresh = (event: StorageEvent): void => {
    if (event.key !== STORAGE_KEY) return
    pantry = undefined
    listener()
  }
  window.addEventListener('storage', refresh)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', refresh)
  }
}

function readPantry(): Pantry {
  pantry ??= parsePantry(readStored())
  return pantry
}

function readStored(): string | null {
  try {
    return window.localStorage.getItem(STORAGE_KEY)
  } catch {
    return null // storage is blocked in this browser: the plan then lives as long as the page
  }
}

function write(next: Pantry): void {
  pantry = next
  try {
    window.localStorage.setItem(STORAGE_KEY, JSON.stringify(next))
  } catch {
    // as above: kept in memory only
  }
  for (const listener of listeners) listener()
}

function parsePantry(text: string | null): Pantry {
  if (!text) return EMPTY
  try {
    const { plan, member }: Partial<Pantry> = JSON.parse(text)
    return {
      plan: Array.isArray(plan) ? plan.filter(({ day, meal }) => DAYS.includes(day) && MEALS.includes(meal)) : [],
      member: member ?? null,
    }
  } catch {
    return EMPTY // not what this page wrote
  }
}
