import type { OrganizationEvent } from "#lib/api.ts";

/** The log has only ids. Names are the current ones: of members, and of addresses that are or were invited. */
export type Names = {
  organizationId: string;
  me: string | undefined;
  /** In a sentence about what I did: who it was done to may be me, too. */
  isMine?: boolean;
  member: (account: string) => string | undefined;
  /** Returns whether somebody is no longer a member. */
  isGone: (account: string) => boolean;
  invited: (invitation: string) => string | undefined;
  /** The account that accepted an invitation, as far as the shown events say so. */
  accountOf: (invitation: string) => string | undefined;
};

/** Returns the names for a sentence about one event. */
export const namesFor = ({ actor }: Pick<OrganizationEvent, "actor">, names: Names): Names =>
  actor === names.me ? Object.assign({}, names, { isMine: true }) : names;

/** Any event: who acted, and the ids in its data. */
type LogEvent = { type: string; actor: string; data: Readonly<Record<string, unknown>> };

/**
 * Reads from the newest events the present members, the former ones, and the people whose invitations were accepted.
 */
export function readPeople(events: LogEvent[]) {
  const membership = new Map<string, boolean>();
  const accountOf = new Map<string, string>();
  const named = new Set<string>();
  for (const { type, actor, data } of events) {
    const isLeaving =
      ["member.removed", "member.left", "update.author_removed"].includes(type) ||
      (type === "departure.recorded" && isOfFormer(data));
    const { account, invitation } = data;
    if (typeof account === "string" && !membership.has(account)) {
      membership.set(account, !isLeaving);
    }
    if (typeof account === "string" && typeof invitation === "string") {
      accountOf.set(invitation, account);
    }
    for (const id of isByStranger({ type, actor, data })
      ? []
      : [actor, account, data["by"], data["from"], data["to"], ...onlyOne(data["accounts"])]) {
      if (typeof id === "string" && id.startsWith("acc_")) {
        named.add(id);
      }
    }
  }
  const gone = new Set([...membership].filter(([, isMember]) => !isMember).map(([id]) => id));
  // threat: the log names somebody who has left as a member
  return { present: [...named].filter((id) => !gone.has(id)), gone, accountOf };
}

type Answer = { data?: readonly { account: string }[] | undefined; isPlaceholderData: boolean };

/** Those of some accounts that an answer about them leaves out. An answer about other accounts says nothing of them. */
export function missingIn({ data, isPlaceholderData }: Answer, accounts: readonly string[]) {
  // threat: members are shown as former ones while the page of their names loads
  const isAnswered = data !== undefined && !isPlaceholderData;
  const found = new Set(data?.map(({ account }) => account));
  return new Set(isAnswered ? accounts.filter((account) => !found.has(account)) : []);
}

/** A departure is recorded a moment after a member left; of a revoked device, its member may still be one. */
const isOfFormer = ({ reason }: LogEvent["data"]) => reason === "removed" || reason === "left";

/** Several are shown as a number. */
function onlyOne(accounts: unknown): unknown[] {
  return Array.isArray(accounts) && accounts.length === 1 ? accounts : [];
}

/** Somebody who declines was never a member. */
function isByStranger({ type, data }: LogEvent) {
  return type === "invitation.ended" && data["state"] === "declined";
}
