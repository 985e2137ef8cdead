'use client'

import { type FormEvent, useState } from 'react'
import type { RequestError } from '../data/request-error'
import { signIn } from '../data/session'
import { useSubmit } from '../data/use-submit'
import { formatDuration } from '../format/format-number'
import { Button } from '../ui/button'
import { Field, TextInput } from '../ui/field'
import { Notice } from '../ui/notice'

/** E-mail and password; goes on to `nextPath` once they fit. */
export function SignInForm({ nextPath }: { nextPath: string }) {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const state = useSubmit()
  const send = async (event: FormEvent) => {
    event.preventDefault()
    // A whole page load: what the server renders next depends on the cookies that just came.
    if (await state.submit(() => signIn(email.trim(), password))) window.location.assign(nextPath)
  }
  return (
    <form method="post" onSubmit={send} noValidate className="flex flex-col gap-4">
      {state.error && <Notice tone="poor">{toText(state.error)}</Notice>}
      <Field label="E-mail address" error={state.error?.issueAt('email')}>
        {(control) => (
          <TextInput
            {...control}
            className="h-11"
            type="email"
            name="email"
            autoComplete="username"
            required
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Field>
      <Field label="Password" error={state.error?.issueAt('password')}>
        {(control) => (
          <TextInput
            {...control}
            className="h-11"
            type="password"
            name="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" variant="primary" size="large" disabled={state.isSending || state.isDone}>
        {state.isSending ? 'Signing in…' : state.isDone ? 'Opening…' : 'Sign in'}
      </Button>
    </form>
  )
}

function toText({ code, message, requestId, retryAfterMs }: RequestError): string {
  switch (code) {
    case 'invalid_credentials':
      return 'Address and password do not fit together.'
    case 'invalid_request':
      return 'Give your e-mail address and your password.'
    case 'rate_limited':
      return `Too many attempts. Try again in ${formatDuration(retryAfterMs ?? 60_000)}.`
    default:
      return requestId === null ? message : `${message} (${code}, request ${requestId})`
  }
}
