import { addDays, type LocalDate } from '@/lib/core/local-date'

export type DatePreset = { name: string; firstDay: LocalDate; lastDay: LocalDate }

/** Spans of the calendar that people ask for, as of `today`. Weeks begin on Monday (ISO 8601). */
export function toDatePresets(today: LocalDate): readonly DatePreset[] {
  const weekday = (new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7
  const monday = addDays(today, -weekday)
  const monthStart = `${today.slice(0, 8)}01`
  const lastOfPreviousMonth = addDays(monthStart, -1)
  return [
    { name: 'Today', firstDay: today, lastDay: today },
    { name: 'Yesterday', firstDay: addDays(today, -1), lastDay: addDays(today, -1) },
    { name: 'This week', firstDay: monday, lastDay: today },
    { name: 'Last week', firstDay: addDays(monday, -7), lastDay: addDays(monday, -1) },
    { name: 'This month', firstDay: monthStart, lastDay: today },
    { name: 'Last month', firstDay: `${lastOfPreviousMonth.slice(0, 8)}01`, lastDay: lastOfPreviousMonth },
  ]
}
