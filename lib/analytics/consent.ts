/**
 * What a visitor agreed to. `denied`: nothing is kept or sent. `anonymous`: ids live as long as the tab.
 * `full`: the visitor is recognised on later visits, and unsent items survive them.
 */
export type Consent = 'denied' | 'anonymous' | 'full'

/** Where an opt-out is kept on the device, until it is taken back. */
export const OPT_OUT_KEY = 'growth.optout'

/**
 * True when the browser sends Global Privacy Control: then no id of a person or session is kept or sent.
 * Source: https://w3c.github.io/gpc/#dom-globalprivacycontrol-globalprivacycontrol
 */
export function hasPrivacySignal(): boolean {
  return !!(navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl
}
