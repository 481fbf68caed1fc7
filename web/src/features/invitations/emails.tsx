import { useMutation } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { useState } from "react";
import { useRefreshPeople } from "#features/members/use-refresh.ts";
import { whyBlocked } from "#features/rights/blocked.ts";
import type { Organization } from "#lib/api.ts";
import type { Resent, Undelivered } from "#lib/people.ts";
import { useFormat } from "#lib/use-format.ts";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { Time } from "#ui/time.tsx";
import { toast, toastFailure } from "#ui/toast.ts";
import { buttonText, type Counts, none, resultText, sum } from "./resend-text.ts";

type Props = {
  organization: Organization;
  mail: Undelivered;
  count: number;
  hasMore?: boolean;
  send: (cursor: string | undefined) => Promise<Resent>;
  onDone?: () => void;
};

/** Sends all again whose email did not leave, request after request; says how many, and why not the others. */
export function ResendButton({ organization, mail, count, hasMore = false, send, onDone }: Props) {
  const format = useFormat();
  const refresh = useRefreshPeople(organization.id);
  const [done, setDone] = useState<Counts>();

  const run = useMutation({
    mutationFn: async () => {
      let counts = none;
      let cursor: string | undefined;
      try {
        do {
          setDone(counts);
          const { next, ...more } = await send(cursor);
          counts = sum(counts, more);
          cursor = next;
        } while (cursor !== undefined);
        return { counts };
      } catch (error) {
        return { counts, error };
      }
    },
    onSuccess: ({ counts, error }) => {
      const { title, description } = resultText(counts);
      if (error === undefined) {
        toast(title, description === undefined ? {} : { description });
      } else {
        toastFailure(title, error);
      }
    },
    onSettled: () => {
      setDone(undefined);
      refresh();
      onDone?.();
    },
  });

  return (
    <Button
      blocked={whyBlocked(organization, "invitation.resendMany")}
      isBusy={run.isPending}
      onClick={() => run.mutate()}
    >
      <RotateCw />
      {done && done.resent > 0
        ? `${format.number(done.resent)} resent…`
        : buttonText(mail, hasMore ? "all" : format.number(count))}
    </Button>
  );
}

/** Says that emails of invitations wait, and what ends it; nothing while they are sent. */
export function PausedEmails({ organization: { mailsPaused } }: { organization: Organization }) {
  if (!mailsPaused) {
    return null;
  }
  return (
    <Banner tone="warning">
      <span className="font-medium">Invitation emails are paused</span> since <Time at={mailsPaused.at} />:{" "}
      {mailsPaused.why === "complained"
        ? "too many recipients reported an invitation as spam."
        : "too many invitations bounced."}{" "}
      You can invite people, and their emails wait. Revoke the invitations to wrong addresses, and then contact the
      operator, who can resume the emails.
    </Banner>
  );
}
