/** Steps a reader can count in, within one power of ten. */
const STEPS = [1, 2, 2.5, 5, 10] as const
const INTERVALS = 5

/**
 * Ticks from 0 up to the first round number that holds `max`, five or fewer intervals apart. With `isCount` they are whole
 * numbers. Without anything to show (0 or less) there is one interval, so that the axis still has a top.
 */
export function toAxisTicks(max: number, isCount: boolean): number[] {
  const target = Number.isFinite(max) && max > 0 ? max : 1
  const power = 10 ** Math.floor(Math.log10(target / INTERVALS))
  const steps = STEPS.map((step) => step * power)
  const raw = steps.find((step) => step * INTERVALS >= target * (1 - 1e-9)) ?? 10 * power
  const step = isCount ? Math.max(1, Math.ceil(raw)) : raw
  const count = Math.max(1, Math.ceil(target / step - 1e-9))
  // Twelve digits hide what binary fractions add (0.30000000000000004).
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)))
}

/** Of a label in an axis' type: more than a digit takes, a little less than a percent sign. */
const LETTER_WIDTH_PX = 7.5
/** Between a label and the plot: the margin of a tick and the length of its line, which is kept free though none is drawn. */
const LABEL_GAP_PX = 14

/** The width of a vertical axis with these labels, in px. Reckoned, because measuring draws a chart twice; never too narrow. */
export function toAxisWidth(labels: readonly string[]): number {
  return Math.ceil(Math.max(1, ...labels.map(({ length }) => length)) * LETTER_WIDTH_PX) + LABEL_GAP_PX
}

/** More names than this have no room under any plot. */
const NAMES_MAX = 10

/** Of what could be named under a plot, an even choice that ends with the last: each one more would have to be measured. */
export function toNamedTicks<Tick>(all: readonly Tick[]): Tick[] {
  const stride = Math.max(1, Math.ceil(all.length / NAMES_MAX))
  return all.filter((_, index) => (all.length - 1 - index) % stride === 0)
}

/** A formatted value without the zeros at the end of its fraction: `1.50 s` becomes `1.5 s`. For axes only. */
export function toTickText(text: string): string {
  return text.replace(/(\.\d*?)0+(?!\d)/, '$1').replace(/\.(?!\d)/, '')
}
