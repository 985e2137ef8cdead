import type { Metadata } from 'next'
import { SignUpForm } from './sign-up-form'

export const metadata: Metadata = { title: 'Sign up' }

/** Signing up: the last step of the funnel. */
export default function SignUpPage() {
  return (
    <div className="mx-auto max-w-md">
      <h1 className="font-(family-name:--font-display) text-4xl">Pull up a chair</h1>
      <SignUpForm />
    </div>
  )
}
