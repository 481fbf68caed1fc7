import { useState } from "react";
import { FailureBanner } from "#features/sign-in/failure-banner.tsx";
import { requestInvitation } from "#lib/api.ts";
import { ApiError } from "#lib/failure.ts";
import { useTask } from "#lib/use-task.ts";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { touch } from "./parts.tsx";

/** Tells owners and admins that somebody wants a new invitation, once a day. */
export function AskAgain({ token, organization }: { token: string; organization: string }) {
  const [answer, setAnswer] = useState<"asked" | "asked-today">();
  const ask = useTask(async () => {
    try {
      await requestInvitation(token);
      setAnswer("asked");
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "rate.limited") {
        throw error;
      }
      setAnswer("asked-today");
    }
  });

  if (answer === "asked") {
    return <Banner tone="success">The owners and admins of {organization} know that you want a new invitation.</Banner>;
  }
  if (answer === "asked-today") {
    return <Banner tone="info">You already requested one today. You can request another one tomorrow.</Banner>;
  }
  return (
    <>
      {ask.failure && <FailureBanner failure={ask.failure} />}
      <Button
        variant="primary"
        size="large"
        isBusy={ask.isBusy}
        className={touch}
        onClick={() => void ask.run(undefined)}
      >
        Request a new invitation
      </Button>
    </>
  );
}
