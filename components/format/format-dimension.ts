const regions = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })

/** A country's English name from its ISO 3166-1 code; the code itself where it names none. */
export function formatCountry(code: string): string {
  // Anything but two letters makes DisplayNames throw.
  return /^[A-Za-z]{2}$/.test(code) ? (regions.of(code.toUpperCase()) ?? code) : code
}

const DEVICES: Readonly<Record<string, string>> = { desktop: 'Desktop', mobile: 'Phone', tablet: 'Tablet', tv: 'TV' }

/** A kind of device as people call it; unknown kinds as they are. */
export function formatDevice(device: string): string {
  return DEVICES[device] ?? device
}
