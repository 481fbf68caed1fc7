import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Play } from "lucide-react";
import { whyBlocked } from "#features/rights/blocked.ts";
import type { Organization } from "#lib/api.ts";
import { plural } from "#lib/format.ts";
import * as people from "#lib/people.ts";
import { stalledInvitationsQuery } from "#lib/queries.ts";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { toast, toastFailure } from "#ui/toast.ts";

/** Says that emails of invitations may have stopped, and queues them again; nothing while there are none. */
export function StalledEmails({ organization }: { organization: Organization }) {
  const { id } = organization;
  const queryClient = useQueryClient();
  const { data } = useQuery(stalledInvitationsQuery(id));
  const run = useMutation({
    mutationFn: async () => {
      let count = 0;
      let cursor: string | undefined;
      do {
        const { queued, next } = await people.resumeInvitationEmails(id, cursor);
        count += queued;
        cursor = next;
      } while (cursor !== undefined);
      return count;
    },
    onSuccess: (count) =>
      toast(count > 0 ? `${plural(count, "email", "emails")} queued again` : "No emails queued", {
        description:
          count > 0
            ? "They are sent one after the other, with the same links."
            : "They have left, or were queued again already.",
      }),
    onError: (error) => toastFailure("Not all emails were queued", error),
    onSettled: () => queryClient.invalidateQueries({ queryKey: stalledInvitationsQuery(id).queryKey }),
  });
  if (!data || data.count === 0) {
    return null;
  }
  return (
    <Banner
      tone="warning"
      action={
        <Button
          size="small"
          className="shrink-0"
          blocked={whyBlocked(organization, "mail.resumeStalled")}
          isBusy={run.isPending}
          onClick={() => run.mutate()}
        >
          <Play />
          Queue again
        </Button>
      }
    >
      <span className="font-medium">{stalledText(data)}</span> for more than 30 minutes, so the queue may have given up
      on {data.count === 1 && data.isComplete ? "it" : "them"}. Queued again, each is sent once.
    </Banner>
  );
}

function stalledText({ count, isComplete }: people.Stalled) {
  return isComplete
    ? `${plural(count, "invitation email has", "invitation emails have")} waited`
    : `At least ${plural(count, "invitation email has", "invitation emails have")} waited`;
}
