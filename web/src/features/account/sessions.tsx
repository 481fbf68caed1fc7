import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { ListGate } from "#features/failure/gate.tsx";
import { endAllSessions, type Session } from "#lib/api.ts";
import { ApiError, toSentence } from "#lib/failure.ts";
import { leave } from "#lib/leave.ts";
import { sessionsQuery } from "#lib/queries.ts";
import { leavingKey } from "#lib/query-client.ts";
import { describeAgent } from "#lib/user-agent.ts";
import { Button } from "#ui/button.tsx";
import { Section } from "#ui/card.tsx";
import { Confirm } from "#ui/dialog.tsx";
import { toast } from "#ui/toast.ts";
import { SessionRow, SessionsSkeleton } from "./session-row.tsx";
import { useEndSession } from "./use-end-session.ts";

export function Sessions() {
  const sessions = useInfiniteQuery(sessionsQuery);
  const [ending, setEnding] = useState<Session>();
  const [isOpen, setOpen] = useState(false);
  const end = useEndSession();

  function ask(session: Session) {
    setEnding(session);
    setOpen(true);
  }

  function confirm() {
    if (ending) {
      end.mutate(ending.id);
    }
    setOpen(false);
  }

  return (
    <Section title="Sessions" description="Where you are signed in." action={<EndAll />}>
      <ListGate list={sessions} part="px-5 pt-1 pb-5" skeleton={<SessionsSkeleton />} empty={null} more="Show more">
        {(mine) => (
          <ul className="border-t border-border">
            {mine.toSorted(currentFirst).map((session) => (
              <SessionRow key={session.id} session={session} onEnd={() => ask(session)} />
            ))}
          </ul>
        )}
      </ListGate>
      <Confirm
        isOpen={isOpen}
        onOpenChange={setOpen}
        title="End this session?"
        action="End session"
        onConfirm={confirm}
      >
        {describeAgent(ending?.agent).name} loses access at its next request. Signing in there again requires a new
        code.
      </Confirm>
    </Section>
  );
}

function EndAll() {
  const router = useRouter();
  const [isOpen, setOpen] = useState(false);
  const endAll = useMutation({
    mutationKey: leavingKey,
    mutationFn: endAllSessions,
    onSuccess: () => leave(router, "signed-out-everywhere"),
    onError: (error) => {
      if (error instanceof ApiError && error.status === 401) {
        leave(router, "expired");
        return;
      }
      setOpen(false);
      toast("You were not signed out", { description: toSentence(error), type: "error" });
    },
  });
  return (
    <>
      <Button variant="dangerGhost" className="-mr-2" onClick={() => setOpen(true)}>
        Sign out everywhere
      </Button>
      <Confirm
        isOpen={isOpen}
        onOpenChange={setOpen}
        title="Sign out everywhere?"
        action="Sign out everywhere"
        onConfirm={() => endAll.mutate()}
        isBusy={endAll.isPending}
      >
        Every session loses access at its next request, including this one.
      </Confirm>
    </>
  );
}

function currentFirst(one: Session, other: Session) {
  return Number(other.current) - Number(one.current) || other.usedAt.localeCompare(one.usedAt);
}
