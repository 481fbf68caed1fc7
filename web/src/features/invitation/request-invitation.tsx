import { useState } from "react";
import { FailureBanner } from "#features/sign-in/failure-banner.tsx";
import { requestInvitation } from "#lib/api.ts";
import { ApiError } from "#lib/failure.ts";
import { useTask } from "#lib/use-task.ts";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { touch } from "./parts.tsx";

/** Tells owners and admins that somebody wants a new invitation, once a day. */
export function RequestAgain({ token, organization }: { token: string; organization: string }) {
  const [answer, setAnswer] = useState<"requested" | "requested-lately">();
  const request = useTask(async () => {
    try {
      await requestInvitation(token);
      setAnswer("requested");
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "rate.limited") {
        throw error;
      }
      setAnswer("requested-lately");
    }
  });

  if (answer === "requested") {
    return <Banner tone="success">The owners and admins of {organization} know that you want a new invitation.</Banner>;
  }
  if (answer === "requested-lately") {
    return <Banner tone="info">You requested one in the last 24 hours. Try again later.</Banner>;
  }
  return (
    <>
      {request.failure && <FailureBanner failure={request.failure} />}
      <Button
        variant="primary"
        size="large"
        isBusy={request.isBusy}
        className={touch}
        onClick={() => void request.run(undefined)}
      >
        Request a new invitation
      </Button>
    </>
  );
}
