import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { Laptop, Smartphone, Terminal } from "lucide-react";
import { useState } from "react";
import { ListGate } from "#features/failure/gate.tsx";
import { endAllSessions, endSession, type Session } from "#lib/api.ts";
import { ApiError, isMissing } from "#lib/failure.ts";
import { leave } from "#lib/leave.ts";
import { showAtOnce } from "#lib/optimistic.ts";
import { sessionsQuery } from "#lib/queries.ts";
import { leavingKey } from "#lib/query-client.ts";
import { useOpened } from "#lib/use-opened.ts";
import { describeAgent } from "#lib/user-agent.ts";
import { Badge } from "#ui/badge.tsx";
import { Button } from "#ui/button.tsx";
import { Section } from "#ui/card.tsx";
import { Confirm } from "#ui/dialog.tsx";
import { ItemRow, ItemRowsLoading } from "#ui/item-row.tsx";
import { Time } from "#ui/time.tsx";
import { toast, toastFailure } from "#ui/toast.ts";

export function Sessions() {
  const sessions = useInfiniteQuery(sessionsQuery);
  const ending = useOpened<Session>();
  const end = useEndSession();

  function confirm() {
    if (ending.shown) end.mutate(ending.shown.id);
    ending.close();
  }

  return (
    <Section title="Sessions" description="Where you are signed in." action={<EndAll />}>
      <ListGate
        list={sessions}
        part="px-5 pt-1 pb-5"
        skeleton={<ItemRowsLoading what="your sessions" count={2} />}
        empty={null}
        more="Show more"
      >
        {(mine) => (
          <ul className="border-t border-border">
            {mine.toSorted(currentFirst).map((session) => (
              <SessionRow key={session.id} session={session} onEnd={() => ending.open(session)} />
            ))}
          </ul>
        )}
      </ListGate>
      <Confirm {...ending.dialog} title="End this session?" action="End session" onConfirm={confirm}>
        {describeAgent(ending.shown?.agent).name} loses access at its next request. Signing in there again requires a
        new code or a passkey.
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
      toastFailure("You were not signed out", error);
    },
  });
  return (
    <>
      <Button variant="dangerGhost" className="-mr-2" onClick={() => setOpen(true)}>
        Sign out everywhere
      </Button>
      <Confirm
        isOpen={isOpen}
        onClose={() => setOpen(false)}
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

/** Removes the session from the list at once, and restores it if the API refuses. */
function useEndSession() {
  const queryClient = useQueryClient();
  const { queryKey } = sessionsQuery;
  return useMutation({
    mutationFn: endSession,
    onMutate: (sessionId) =>
      showAtOnce<Session>(queryClient, queryKey, (session) => (session.id === sessionId ? undefined : session)),
    onSuccess: () => toast("Session ended"),
    onError: (error, _sessionId, putBack) =>
      isMissing(error) || toastFailure("The session was not ended", error, putBack),
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
  });
}

const pictures = { computer: Laptop, phone: Smartphone, script: Terminal };

const by = { code: "by a code ", passkey: "with a passkey ", unknown: "" };

function SessionRow({ session, onEnd }: { session: Session; onEnd: () => void }) {
  const device = describeAgent(session.agent);
  return (
    <ItemRow
      icon={pictures[device.kind]}
      title={
        <>
          <span title={session.agent}>{device.name}</span>
          {session.current && <Badge tone="success">This session</Badge>}
        </>
      }
      actions={
        !session.current && (
          <Button aria-label={`End session: ${device.name}`} onClick={onEnd}>
            End session
          </Button>
        )
      }
    >
      Last used <Time at={session.usedAt} /> · signed in {by[session.way ?? "unknown"]}
      <Time at={session.createdAt} />
    </ItemRow>
  );
}
