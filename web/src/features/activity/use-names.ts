import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { OrganizationEvent } from "#lib/api.ts";
import type { Invitation } from "#lib/people.ts";
import { accountQuery, invitationsQuery, namedMembersQuery } from "#lib/queries.ts";
import { missingIn, type Names, readPeople } from "./names.ts";

const tabs = ["pending", "ended", "former"] as const;

/**
 * Names for a part of the log that begins with the newest event. The log itself says who has left and who joined by
 * invitation, so that nothing missing is requested.
 */
export function useNames(organizationId: string, events: OrganizationEvent[]): Names {
  const { data: me } = useQuery(accountQuery);
  const { present, gone, accountOf } = readPeople(events);
  const members = useQuery(namedMembersQuery(organizationId, present));
  const names = new Map<string, string>(members.data?.map(({ account, name }) => [account, name]));
  const isNeeded = events.some(({ type }) => type.startsWith("invitation.") || type.startsWith("member."));
  const entries = useEntries(organizationId, isNeeded);

  const missing = missingIn(members, present);

  function member(account: string) {
    return names.get(account);
  }

  return {
    organizationId,
    me: me?.id,
    member,
    // a filtered log does not say who left
    isGone: (account) => gone.has(account) || missing.has(account),
    accountOf: (invitation) => accountOf.get(invitation),
    invited(invitation) {
      const account = accountOf.get(invitation);
      const entry = entries.get(invitation);
      return (account === undefined ? undefined : member(account)) ?? entry?.name ?? entry?.email;
    },
  };
}

/** The newest hundred of each kind, by id: what is shown here is recent. */
function useEntries(organizationId: string, isNeeded: boolean) {
  const [pending, ended, former] = [
    useInfiniteQuery({ ...invitationsQuery(organizationId, { tab: tabs[0] }), enabled: isNeeded }),
    useInfiniteQuery({ ...invitationsQuery(organizationId, { tab: tabs[1] }), enabled: isNeeded }),
    useInfiniteQuery({ ...invitationsQuery(organizationId, { tab: tabs[2] }), enabled: isNeeded }),
  ];
  const entries: Invitation[] = [pending, ended, former].flatMap(
    ({ data }) => data?.pages.flatMap((page) => page.items) ?? [],
  );
  return new Map<string, Invitation>(entries.map((entry) => [entry.id, entry]));
}
