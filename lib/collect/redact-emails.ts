// A run of what may stand before the at sign, begun where the run begins; labels; a top-level domain of letters. Each
// character is visited a bounded number of times: runs are disjoint, and so are labels and dots.
const EMAIL =
  /(?<![^\s@<>()[\]{},;:"'`\\/|?&=#])[^\s@<>()[\]{},;:"'`\\/|?&=#]+(?:@|%40)(?:[\p{L}\p{N}-]+\.)+(?:xn--[a-z0-9-]+|\p{L}{2,})/giu

/** The text with every e-mail address replaced by `[email]`, also where the at sign is percent-encoded. */
export function redactEmails(text: string): string {
  return text.includes('@') || text.includes('%40') ? text.replace(EMAIL, '[email]') : text
}
