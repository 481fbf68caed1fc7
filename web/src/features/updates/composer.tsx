import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { SquarePen } from "lucide-react";
import { useState } from "react";
import { whyBlocked } from "#features/rights/blocked.ts";
import { may } from "#features/rights/permissions.ts";
import type { Organization } from "#lib/api.ts";
import { readDraft } from "#lib/draft.ts";
import { focusNow } from "#lib/focus.ts";
import { accountQuery } from "#lib/queries.ts";
import { ownTeamsQuery, teamsQuery } from "#lib/teams.ts";
import { createUpdate, updatesKey } from "#lib/updates.ts";
import { useFormat } from "#lib/use-format.ts";
import { useRequestKey } from "#lib/use-request-key.ts";
import { Avatar } from "#ui/avatar.tsx";
import { blockedBy } from "#ui/blocked.ts";
import { opened } from "#ui/opened.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { toast } from "#ui/toast.ts";
import { addUpdate } from "./change.ts";
import type { Sent, Values } from "./editor.tsx";

const UpdateForm = opened(async () => (await import("./update-form.tsx")).UpdateForm, <Skeleton className="h-80" />);

const notInTeam = "You can post to your own teams. You are not in this one.";
const leadsOnly = "In this team, leads, owners, and admins post updates.";
const adminsOnly = "Only owners and admins post to this organization.";

type Props = { organization: Organization; team?: string | undefined };

/** Lets members write: it is one line until it is wanted, or until there is a draft to go on with. */
export function Composer({ organization, team }: Props) {
  const { id } = organization;
  const draft = `update:${team ?? id}`;
  const { data: me } = useQuery(accountQuery);
  const [isOpen, setOpen] = useState<boolean>();
  const { places, hasMore, blocked } = usePlaces(organization, team, isOpen === true);
  const { title } = readDraft<Values>(draft);
  const send = useSend(id);

  return isOpen ? (
    <div className="card p-4 sm:p-5">
      <UpdateForm
        organizationId={id}
        draft={draft}
        start={{ title: "", text: { content: "", mentions: {} }, tags: [], team: team ?? places[0]?.value ?? "" }}
        places={team === undefined ? places : undefined}
        hasMorePlaces={hasMore}
        action="Post update"
        onSend={send}
        onClose={() => setOpen(false)}
      />
    </div>
  ) : (
    <div className="card flex items-center gap-3 p-3">
      {me ? <Avatar name={me.name ?? me.email} color={me.color} /> : <Skeleton className="size-8 rounded-full" />}
      <button
        type="button"
        ref={isOpen === false ? focusNow : undefined}
        {...blockedBy(blocked)}
        onClick={() => blocked === undefined && setOpen(true)}
        className="flex h-9 min-w-0 flex-1 items-center gap-2 rounded-md border border-control bg-surface px-3 text-left text-fg-3 shadow-1 hover:not-blocked:border-fg-3 blocked:opacity-50"
      >
        <SquarePen aria-hidden className="size-4 shrink-0" />
        <span className="truncate">{title ? `Continue “${title}”` : "Post an update…"}</span>
      </button>
    </div>
  );
}

/** Returns the places where a member may post, and why they may not post in this team, or anywhere. */
function usePlaces(organization: Organization, team: string | undefined, isOpen: boolean) {
  const { name, posting, role } = organization;
  const { teams, hasMore, isKnown, isIn } = useTeams(organization, isOpen && team === undefined);
  const isClosed = posting === "admins" && !may(role, "update.pin");
  const places = isClosed ? teams : [{ value: "", label: `Everyone in ${name}` }, ...teams];
  const isOutside = isKnown && !teams.some(({ value }) => value === team);
  const closed =
    team === undefined ? places.length === 0 && adminsOnly : isOutside && (isIn(team) ? leadsOnly : notInTeam);
  return { places, hasMore, blocked: whyBlocked(organization, "update.create") ?? (closed || undefined) };
}

/** The teams that a member may post to: their own where all members post or they lead, or for those who may pin all of them, once these are offered. */
function useTeams({ id, role }: Organization, isOffered: boolean) {
  // as the API decides it
  const isAny = may(role, "update.pin");
  const { compare } = useFormat();
  const { data } = useQuery({ ...ownTeamsQuery(id), enabled: !isAny });
  const { data: first, hasNextPage } = useInfiniteQuery({ ...teamsQuery(id), enabled: isAny && isOffered });
  const all = first?.pages.flatMap(({ items }) => items) ?? [];
  const own = data?.items ?? [];
  const open = isAny ? all : own.filter((team) => team.posting === "members" || team.own.isLead);
  const teams = open
    .toSorted((one, other) => compare(one.name, other.name))
    .map((team) => ({ value: team.id, label: team.name }));
  return {
    teams,
    hasMore: isAny && hasNextPage,
    isKnown: !isAny && data !== undefined,
    isIn: (team: string) => own.some(({ id: one }) => one === team),
  };
}

function useSend(organizationId: string) {
  const queryClient = useQueryClient();
  const withKey = useRequestKey();
  const post = useMutation({
    mutationFn: ({ team, title, content, tags }: Sent) => {
      const json = { title, content, tags, ...(team !== "" && { team }) };
      return withKey(json, (key) => createUpdate(organizationId, json, key));
    },
    onSuccess: (update) => {
      addUpdate(queryClient, organizationId, update);
      void queryClient.invalidateQueries({ queryKey: [...updatesKey(organizationId), "tags"] });
      toast("Update posted");
    },
  });
  return post.mutateAsync;
}
