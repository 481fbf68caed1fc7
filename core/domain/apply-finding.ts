import { hourSeconds } from "../base/duration.ts";
import type { Actor } from "../kernel/actor.ts";
import { instant, table } from "../kernel/ports.ts";
import type { Read } from "../kernel/stored.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import { all, check, equal, not, present, type Step, update, when } from "../table/table.ts";
import { claimed, held, released } from "./claim.ts";
import { asRead, endOf, isSilentAt } from "./describe.ts";
import { DomainExpired, DomainRecordLost, DomainRecordRestored, DomainVerified } from "./events.ts";
import { failures } from "./failures.ts";
import { domainKeys } from "./keys.ts";
import { checkHours, retryHours } from "./limits.ts";
import type { DomainRow } from "./row.ts";
import { placed, placement } from "./schedule.ts";
import type { Finding } from "./shape.ts";

type Row = Read<typeof DomainRow>;
/** The changes that a finding makes to a domain, beside that it was checked. */
type Outcome = {
  set?: { state?: Row["state"]; mode?: Row["mode"]; verifiedAt?: string; lostAt?: string; unreachableSince?: string };
  unset?: readonly ("lostAt" | "verifiedAt" | "unreachableSince")[];
  steps?: Step[];
};

/**
 * Writes what a check found, and what follows: a record that is found claims the domain; one that is lost ends the claim
 * after some days; and while no answer comes, nobody joins after a day, but that alone does not end the claim.
 * @returns the row afterwards
 * @throws domain.changed, domain.missing if the domain was changed since it was read
 */
export async function applyFinding(row: Row, finding: Finding, actor: Actor): Promise<Row> {
  const { pk: organization } = row;
  const { set = {}, unset = [], steps = [] } = await outcomeOf(row, finding, actor);
  const after: Row = { ...row, ...set, finding, checkedAt: instant(), revision: row.revision + 1 };
  for (const name of unset) delete after[name];
  const checkAt = nextCheck(after);
  const place = checkAt ? placed(organization, checkAt) : undefined;
  const { checkedAt, waitsUntil, revision } = after;
  const change = {
    set: { ...set, finding, checkedAt, waitsUntil, revision, ...place },
    unset: [...unset, ...(place ? [] : placement)],
  };
  const isWritten = await writeUnless(
    failures.taken,
    update(domainKeys.domain(organization, row.sk), change, asRead(row)),
    ...steps,
  );
  if (!isWritten) return applyFinding(row, "taken", actor);
  const { checkAt: _, ...rest } = after;
  return checkAt ? { ...rest, checkAt } : rest;
}

async function outcomeOf(row: Row, finding: Finding, actor: Actor): Promise<Outcome> {
  const { pk: organization, sk: domain, name, state, lostAt, unreachableSince } = row;
  const isThere = finding === "present";
  if (state !== "verified") {
    // threat: anybody learns that a domain is taken
    if (!isThere) return {};
    return {
      set: { state: "verified", verifiedAt: instant() },
      steps: [
        claimed(organization, domain, row),
        // threat: a deleted organization verifies a domain
        check(organizationKeys.organization(organization), isAlive),
        DomainVerified.record(organization, { domain, name }, actor),
      ],
    };
  }
  const key = domainKeys.domainClaim(domain);
  const hasClaim = (await table.get(key))?.organization === organization;
  // a claim that is gone is made again; if it is another organization's, the domain has lost its record
  const closed = (at: string) => (hasClaim ? [update(key, { set: { lostAt: at } }, held(organization))] : []);
  if (isThere) return found(row, hasClaim, actor);
  // threat: an answer that did not come ends a claim
  if (!lostAt && finding === "unreachable") {
    const since = unreachableSince ?? instant();
    return {
      set: { unreachableSince: since },
      // threat: a domain whose name servers are silent stays open forever
      steps: isSilentAt(instant(), since) ? closed(since) : [],
    };
  }
  if (!lostAt) {
    const now = instant();
    return {
      set: { lostAt: now },
      unset: ["unreachableSince"],
      // threat: people join by a domain whose record is lost
      steps: [...closed(now), DomainRecordLost.record(organization, { domain, name, until: endOf(now) }, actor)],
    };
  }
  // threat: a lost record ends the claim at once
  // threat: a lost record never ends the claim
  if (endOf(lostAt) > instant()) return {};
  return {
    // threat: a domain whose claim has ended is still open when it is verified again
    set: { state: "waiting", mode: "off" },
    unset: ["lostAt", "verifiedAt"],
    // threat: a claim outlasts its record
    steps: [...(await released(organization, domain)), DomainExpired.record(organization, { domain, name }, actor)],
  };
}

/** The record of a verified domain is there, or there again. */
function found({ pk: organization, sk: domain, ...row }: Row, hasClaim: boolean, actor: Actor): Outcome {
  const { name, lostAt, unreachableSince } = row;
  // threat: a verified domain whose claim is gone never has it again
  if (hasClaim && !lostAt && !unreachableSince) return {};
  const opened = hasClaim
    ? update(domainKeys.domainClaim(domain), { unset: ["lostAt"] }, held(organization))
    : claimed(organization, domain, row);
  if (!lostAt) return { unset: ["unreachableSince"], steps: [opened] };
  return { unset: ["lostAt"], steps: [opened, DomainRecordRestored.record(organization, { domain, name }, actor)] };
}

/** A deleted organization claims nothing. */
const isAlive = when(all(present, not(equal("state", "deleted"))), (_: OrganizationRow | undefined) =>
  failures.missing(),
);

/** Returns when the clock checks a domain next; nothing for one that has waited for too long. */
function nextCheck({ state, lostAt, finding, waitsUntil }: Row): string | undefined {
  const isWell = state === "verified" && lostAt === undefined && finding !== "unreachable";
  if (isWell) return instant(checkHours * hourSeconds);
  const next = instant(retryHours * hourSeconds);
  // threat: a waiting domain is checked forever
  return state === "verified" || next <= waitsUntil ? next : undefined;
}
