/** Any event: who acted, and the ids in its data. */
type LogEvent = { type: string; actor: string; data: Readonly<Record<string, unknown>> };

/** Who is a member and who no longer is, and whose invitations were accepted, according to the newest events. */
export function readPeople(events: LogEvent[]) {
  const billingStatus = new Map<string, boolean>();
  const accountOf = new Map<string, string>();
  const named = new Set<string>();
  for (const { type, actor, data } of events) {
    const isLeaving =
      ["member.removed", "member.left", "update.author_removed"].includes(type) ||
      (type === "departure.recorded" && isOfFormer(data));
    const { account, invitation } = data;
    if (typeof account === "string" && !billingStatus.has(account)) {
      billingStatus.set(account, !isLeaving);
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
  const gone = new Set([...billingStatus].filter(([, isMember]) => !isMember).map(([id]) => id));
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
