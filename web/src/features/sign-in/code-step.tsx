import { Link, useRouter } from "@tanstack/react-router";
import { type FormEvent, useCallback, useEffect, useState } from "react";
import { useNow } from "#lib/clock.ts";
import { codeLength } from "#lib/code.ts";
import { ApiError } from "#lib/failure.ts";
import { useInitialFocus } from "#lib/focus.ts";
import { plural } from "#lib/format.ts";
import { attemptsLeft, type Flow, holdFlow } from "#lib/sign-in-flow.ts";
import { useTask } from "#lib/use-task.ts";
import { Button } from "#ui/button.tsx";
import { CodeInput } from "#ui/code-input.tsx";
import { Field } from "#ui/field.tsx";
import { FailureBanner } from "./failure-banner.tsx";
import { SignInFrame } from "./frame.tsx";
import { useEnterCode, useRequestCode } from "./use-code.ts";

export function CodeStep({ flow, onRequested }: { flow: Flow; onRequested: (flow: Flow) => void }) {
  const router = useRouter();
  const input = useInitialFocus();
  const [code, setCode] = useState("");
  const attempt = useAttempt(flow);

  // The code of the following pages loads while the person checks their mailbox.
  useEffect(() => {
    void router.loadRouteChunk(router.routesById["/_signed-in"]);
    void router.loadRouteChunk(router.routesById["/_signed-in/"]);
  }, [router]);

  // A refused code is selected, so that the next one replaces it.
  useEffect(() => {
    if (attempt.failure) {
      input.current?.select();
    }
  }, [attempt.failure, input]);

  function change(next: string) {
    setCode(next);
    attempt.forget();
    if (next.length === codeLength && next !== code) {
      void attempt.run(next);
    }
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (code.length === codeLength) {
      void attempt.run(code);
    } else {
      input.current?.focus();
    }
  }

  return (
    <SignInFrame
      title="Check your email"
      lead={
        <>
          We sent a code to <strong className="font-medium wrap-anywhere text-fg">{flow.email}</strong>. Enter it here,
          or open the link in the email.
        </>
      }
    >
      <form onSubmit={submit} className="grid gap-4">
        <Field label="Code" error={attempt.complaint}>
          {(ids) => (
            <CodeInput
              {...ids}
              ref={input}
              value={code}
              onCode={change}
              readOnly={attempt.isBusy}
              disabled={attempt.isOver}
            />
          )}
        </Field>
        {attempt.failure && !attempt.complaint && <FailureBanner failure={attempt.failure} />}
        <Button
          type="submit"
          variant="primary"
          size="large"
          isBusy={attempt.isBusy}
          blocked={attempt.isOver ? "This code no longer works." : undefined}
          className="pointer-coarse:h-11"
        >
          Sign in
        </Button>
      </form>
      <div className="mt-6 grid gap-3 border-t border-border pt-5 text-sm text-fg-2">
        <Resend email={flow.email} requestedAt={flow.requestedAt} isNeeded={attempt.isOver} onRequested={onRequested} />
        <p>
          Not your address?{" "}
          <Link to="/sign-in" search={{}} className="font-medium text-accent-text underline-offset-2 hover:underline">
            Use another address
          </Link>
        </p>
      </div>
    </SignInFrame>
  );
}

/** Tries codes against one flow, and explains in this browser's own words why one was refused. */
function useAttempt(flow: Flow) {
  const enterCode = useEnterCode();
  const [attemptsUsed, setAttemptsUsed] = useState(flow.attemptsUsed);
  const isExpired = useNow("second") > Date.parse(flow.expiresAt);
  const left = attemptsLeft(attemptsUsed);
  const isExhausted = left === 0;

  const enter = useCallback(
    async (code: string) => {
      try {
        await enterCode({ flow: flow.flow, code });
      } catch (error) {
        if (isRefusal(error)) {
          holdFlow({ ...flow, attemptsUsed: attemptsUsed + 1 });
          setAttemptsUsed(attemptsUsed + 1);
        }
        throw error;
      }
    },
    [flow, enterCode, attemptsUsed],
  );
  const task = useTask(enter);

  const isOver = !task.isBusy && (isExpired || isExhausted);
  return { ...task, isOver, complaint: complain() };

  function complain() {
    if (task.isBusy) {
      return undefined;
    }
    if (isExhausted) {
      return "Too many attempts. Request a new code below.";
    }
    if (isExpired) {
      return "This code has expired. Request a new code below.";
    }
    return isRefusal(task.failure) ? wrongText(left) : undefined;
  }
}

function isRefusal(error: unknown) {
  return error instanceof ApiError && error.code === "code.invalid";
}

function wrongText(attemptsLeft: number) {
  return `This is not the code from our newest email. ${plural(attemptsLeft, "attempt")} left.`;
}

const pauseSeconds = 30;

type Props = { email: string; requestedAt: string; isNeeded: boolean; onRequested: (flow: Flow) => void };

/** Another email, after a pause in which the first one can arrive; at once if the first code no longer works. */
function Resend({ email, requestedAt, isNeeded, onRequested }: Props) {
  const request = useTask(useRequestCode(onRequested));
  const passedSeconds = (useNow("second") - Date.parse(requestedAt)) / 1_000;
  const left = isNeeded ? 0 : Math.max(0, Math.ceil(pauseSeconds - passedSeconds));
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <span>No email? Check the spam folder too.</span>
        <Button
          variant={isNeeded ? "primary" : "secondary"}
          blocked={left > 0 ? "The first code may still arrive." : undefined}
          isBusy={request.isBusy}
          onClick={() => void request.run(email)}
          className="tabular"
        >
          {left > 0 ? `New code in ${plural(left, "second")}` : "Email me a new code"}
        </Button>
      </div>
      {request.failure && <FailureBanner failure={request.failure} />}
    </div>
  );
}
