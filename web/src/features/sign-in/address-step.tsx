import { Email } from "@muster/core/account/shape.ts";
import { ArrowRight, KeyRound } from "lucide-react";
import { type FormEvent, useState } from "react";
import * as v from "valibot";
import type { ApiError } from "#lib/failure.ts";
import { useInitialFocus } from "#lib/focus.ts";
import { knowsPasskeys } from "#lib/passkeys.ts";
import { type SignInReason, signInReason } from "#lib/session.ts";
import { type Flow, suggestedAddress } from "#lib/sign-in-flow.ts";
import { useTask } from "#lib/use-task.ts";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { InputField } from "#ui/input.tsx";
import { FailureBanner } from "./failure-banner.tsx";
import { SignInFrame } from "./frame.tsx";
import { useEnterPasskey, useRequestCode } from "./use-code.ts";

const reasonText: Record<SignInReason, string> = {
  expired: "Your session has ended. Your input is saved.",
  "signed-out": "You are signed out.",
  "signed-out-everywhere": "You are signed out everywhere.",
  secured: "Everyone is locked out of your account. Sign in with a code.",
  "account-deleted": "Your account is deleted.",
  invitation: "Sign in with the invited address to return to your invitation.",
};

const toneOf = (reason: SignInReason) =>
  reason === "expired" ? "warning" : reason === "invitation" ? "info" : "success";

/** Asks for the address; known and unknown ones are treated the same. */
export function AddressStep({ onRequested }: { onRequested: (flow: Flow) => void }) {
  const [email, setEmail] = useState(suggestedAddress);
  const [complaint, setComplaint] = useState<string>();
  const [reason] = useState(signInReason);
  const input = useInitialFocus();
  const request = useTask(useRequestCode(onRequested));

  function submit(event: FormEvent) {
    event.preventDefault();
    const parsed = v.safeParse(Email, email);
    if (parsed.success) {
      void request.run(parsed.output);
    } else {
      setComplaint(email.trim() === "" ? "Enter your email address." : parsed.issues[0].message);
      input.current?.focus();
    }
  }

  const fieldError = complaint ?? fieldMessage(request.failure);
  return (
    <SignInFrame title="Sign in" lead="Enter your email address. New here? We’ll create an account.">
      <form noValidate onSubmit={submit} className="grid gap-4">
        {reason && <Banner tone={toneOf(reason)}>{reasonText[reason]}</Banner>}
        <InputField
          label="Email address"
          error={fieldError}
          type="email"
          name="email"
          autoComplete="email"
          inputMode="email"
          ref={input}
          value={email}
          onChange={(event) => {
            setEmail(event.target.value);
            setComplaint(undefined);
            request.forget();
          }}
          placeholder="you@company.com"
        />
        {request.failure && !fieldMessage(request.failure) && <FailureBanner failure={request.failure} />}
        <Button type="submit" variant="primary" size="large" isBusy={request.isBusy} className="pointer-coarse:h-11">
          Email me a code
          <ArrowRight />
        </Button>
      </form>
      {knowsPasskeys() && <ByPasskey />}
    </SignInFrame>
  );
}

function ByPasskey() {
  const enter = useTask(useEnterPasskey());
  return (
    <div className="mt-4 grid gap-4">
      <p
        aria-hidden
        className="flex items-center gap-3 text-xs text-fg-3 before:h-px before:flex-1 before:bg-border after:h-px after:flex-1 after:bg-border"
      >
        or
      </p>
      {enter.failure && <FailureBanner failure={enter.failure} />}
      <Button size="large" isBusy={enter.isBusy} onClick={() => void enter.run()} className="pointer-coarse:h-11">
        <KeyRound />
        Sign in with a passkey
      </Button>
    </div>
  );
}

function fieldMessage(failure: ApiError | undefined) {
  return failure?.code === "input.invalid" ? (failure.fields[0]?.message ?? failure.message) : undefined;
}
