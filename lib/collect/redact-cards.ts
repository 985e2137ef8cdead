const DIGITS_MIN = 13
const DIGITS_MAX = 19
/**
 * First what is an id and no number, left as it is: a UUID, a word of hexadecimal digits (hashes, object ids) with a letter
 * in it. One UUID in a thousand holds digits that pass for a card. Then digits, single spaces or dashes between them.
 */
const IDS_AND_RUNS =
  /[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}|(?<![\da-z])(?=\d*[a-f])[\da-f]{16,}(?![\da-z])|(\d(?:[ -]?\d){12,})/gi
/** Card issuers' first digits (ISO/IEC 7812): leaves out times in ms, which begin with 1. */
const ISSUER = /^[2-6]/
/** Cards are written in groups of three and more, the last excepted; dates and lists of small numbers are not. */
const GROUPS = /^(?:\d{3,}[ -])*\d+$/

/**
 * The text with every card number replaced by `[card]`: 13 to 19 digits, first one 2–6, also in groups with spaces or
 * dashes, whose check digit is right. One in ten other numbers of that kind looks the same; UUIDs and hexadecimal words stay.
 */
export function redactCards(text: string): string {
  return text.length < DIGITS_MIN ? text : text.replace(IDS_AND_RUNS, (id, run?: string) => (run ? redactRun(run) : id))
}

/** Whether a JSON number is a card number written without quotes. */
export function isCardNumber(value: number): boolean {
  return value >= 1e12 && Number.isSafeInteger(value) && isCard(String(value))
}

function redactRun(run: string): string {
  let redacted = ''
  let doneAt = 0
  for (let start = 0; start < run.length; start = toNextGroup(run, start)) {
    const end = start < doneAt ? null : findCardEnd(run, start)
    if (end === null) continue
    redacted += `${run.slice(doneAt, start)}[card]`
    doneAt = end
  }
  return redacted + run.slice(doneAt)
}

function toNextGroup(run: string, start: number): number {
  let at = start
  while (isDigit(run[at])) at += 1
  return at + 1
}

/** Where the longest card number that begins there ends, at the end of a group; null when there is none. */
function findCardEnd(run: string, start: number): number | null {
  const ends: number[] = []
  let count = 0
  for (let at = start; at < run.length && count < DIGITS_MAX; at += 1) {
    if (!isDigit(run[at])) continue
    count += 1
    if (count >= DIGITS_MIN && !isDigit(run[at + 1])) ends.push(at + 1)
  }
  return ends.findLast((end) => isCard(run.slice(start, end))) ?? null
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9'
}

function isCard(text: string): boolean {
  return ISSUER.test(text) && GROUPS.test(text) && isLuhnValid(text.replace(/[ -]/g, ''))
}

// ISO/IEC 7812-1, annex B: every second digit from the right doubled, the sum of all digits a multiple of ten.
function isLuhnValid(digits: string): boolean {
  if (digits.length < DIGITS_MIN || digits.length > DIGITS_MAX) return false
  let sum = 0
  for (let i = 0; i < digits.length; i += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48
    const weighted = i % 2 === 0 ? digit : digit * 2
    sum += weighted > 9 ? weighted - 9 : weighted
  }
  return sum % 10 === 0
}
