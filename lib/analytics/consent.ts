/**
 * What a visitor agreed to. `denied`: nothing is kept or sent. `anonymous`: ids live as long as the tab.
 * `full`: the visitor is recognised on later visits, and unsent items survive them.
 */
export type Consent = 'denied' | 'anonymous' | 'full'

/** Where an opt-out is kept on the device, until it is taken back. */
export const OPT_OUT_KEY = 'growth.optout'

/**
 * True when the browser sends Global Privacy Control, or Do Not Track and this page honours that, too: then nothing is kept
 * or sent that could tie two items together. Sources: https://w3c.github.io/gpc/#dom-globalprivacycontrol-globalprivacycontrol,
 * https://www.w3.org/TR/tracking-dnt/#dom-navigator-donottrack
 */
export function hasPrivacySignal({ honourDnt }: { honourDnt?: boolean | undefined }): boolean | undefined {
  const browser = navigator as Navigator & { globalPrivacyControl?: boolean }
  return browser.globalPrivacyControl || (honourDnt && browser.doNotTrack === '1')
}
