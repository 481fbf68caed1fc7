import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { heldFlow } from "#lib/sign-in-flow.ts";
import { useTask } from "#lib/use-task.ts";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { FailureBanner } from "./failure-banner.tsx";
import { SignInFrame } from "./frame.tsx";
import { useEnterCode } from "./use-code.ts";

type Props = { link: { flow: string; code: string }; onLeave: () => void };

/** Follows an emailed link: automatically only in the browser that requested it, elsewhere after a click. */
export function LinkStep({ link, onLeave }: Props) {
  const navigate = useNavigate();
  const [email] = useState(() => heldFlow(link.flow)?.email);
  const isPosted = useRef(false);
  const { run, isBusy, failure } = useTask(useEnterCode());

  useEffect(() => {
    if (email !== undefined && !isPosted.current) {
      isPosted.current = true;
      void run(link);
    }
  }, [email, link, run]);

  async function leave() {
    await navigate({ to: "/sign-in", search: {}, replace: true });
    onLeave();
  }

  if (failure) {
    const isRefused = failure.code === "code.invalid";
    return (
      <SignInFrame title="This link can’t be used" lead="Nothing was changed. You can request a new one.">
        <div className="grid gap-4">
          {isRefused ? (
            <Banner tone="danger">It has expired or was already used.</Banner>
          ) : (
            <FailureBanner failure={failure} />
          )}
          {!isRefused && (
            <Button size="large" onClick={() => void run(link)}>
              Try again
            </Button>
          )}
          <Button variant="primary" size="large" onClick={() => void leave()}>
            Request a new code
          </Button>
        </div>
      </SignInFrame>
    );
  }

  if (email !== undefined) {
    return (
      <SignInFrame title="Signing you in" lead={<>As {email}. This takes a moment.</>}>
        <output className="flex items-center gap-3 text-fg-2">
          <span aria-hidden className="spinner size-5" />
          Checking the link…
        </output>
      </SignInFrame>
    );
  }

  return (
    <SignInFrame
      title="Continue signing in?"
      lead="This link was requested in another browser. Continue only if you requested it yourself."
    >
      <div className="grid gap-3">
        <Button variant="primary" size="large" isBusy={isBusy} onClick={() => void run(link)}>
          Continue in this browser
        </Button>
        <Button variant="ghost" size="large" onClick={() => void leave()}>
          I didn’t request it
        </Button>
      </div>
    </SignInFrame>
  );
}
