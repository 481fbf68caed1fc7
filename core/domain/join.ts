import * as v from "valibot";
import { failures as accountFailures } from "../account/account.ts";
import { accountKeys } from "../account/keys.ts";
import { daySeconds } from "../base/duration.ts";
import { Failure, implied, isFailure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import * as Invitation from "../invitation/invitation.ts";
import { invitationKeys } from "../invitation/keys.ts";
import { type AddressRow as Address, AddressRow } from "../invitation/row.ts";
import type { Account, Member as InOrganization } from "../kernel/actor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { remember } from "../kernel/idempotency.ts";
import { instant, table } from "../kernel/ports.ts";
import { usable } from "../kernel/stored.ts";
import { MemberJoined } from "../member/events.ts";
import { memberKeys } from "../member/keys.ts";
import { formerDays } from "../member/limits.ts";
import * as Member from "../member/member.ts";
import { organizationKeys } from "../organization/keys.ts";
import { OrganizationRow } from "../organization/row.ts";
import * as Seat from "../seat/seat.ts";
import { absent, all, check, equal, lacks, put, type Step, update, when } from "../table/table.ts";
import { claimKey, idOf } from "./claim.ts";
import { failures } from "./failures.ts";
import { domainKeys } from "./keys.ts";
import { DomainClaimRow } from "./row.ts";
import { domainOf, type JoinMode, type JoinRole, joinModes, joinRoles } from "./shape.ts";

// People whose address is of a verified domain join its organization without an invitation, if its owners want that.

// Shapes

/** An organization that you can join, because it has verified the domain of your email address. */
export const Joinable = v.object({
  id: ID.schema("organization"),
  /** Its name. */
  name: v.string(),
  /** The domain of your address. */
  domain: v.string(),
  /** `automatic` if you join when you sign in, as soon as there is a seat. */
  mode: v.picklist(joinModes),
  /** The role with which you join. */
  role: v.picklist(joinRoles),
  /** True if it has a seat for you right now. */
  hasSeat: v.boolean(),
});
/** The organizations that you can join. */
export const Joinables = v.object({
  /** At most one; there is no second page. */
  items: v.pipe(v.array(Joinable), v.maxLength(1)),
});
const Joined = v.object({
  /** The organization that you joined. */
  organization: v.object({
    id: ID.schema("organization"),
    /** Its name. */
    name: v.string(),
  }),
  /** Your role in it. */
  role: v.picklist(joinRoles),
});

// Functions

/** Lists the organizations that I can join by the domain of my address: at most one. */
export const joinable = fn("domain.joinable", { input: v.strictObject({}), output: Joinables }, async (_, actor) => {
  const offer = await offerTo(actor, await table.get(claimKey(actor.email)));
  if (!offer) return { items: [] };
  const { mode, role, organizationRow, before } = offer;
  const { pk: id, name, free, growth } = organizationRow;
  const hasSeat = growth && (free > 0 || isExpired(before));
  return { items: [{ id, name, domain: domainOf(actor.email), mode, role, hasSeat }] };
});

/** Joins the organization that has verified the domain of my address. Takes a seat. */
export const join = fn(
  "domain.join",
  {
    input: v.strictObject({
      /** The organization, to make sure that it is the one that you have seen. */
      organization: ID.schema("organization"),
    }),
    output: Joined,
    failures: [
      accountFailures.missing,
      failures.notJoinable,
      failures.noSeat,
      failures.joinConflict,
      Event.failures.repeated,
    ],
    reads: (_, { account }) => [accountKeys.profile(account)],
  },
  async ({ organization }, actor, [profile]) => {
    const offer = await offerTo(actor, await table.get(claimKey(actor.email)));
    // threat: people of a domain join any organization
    if (offer?.organizationRow.pk !== organization) throw failures.notJoinable();
    if (!profile) throw accountFailures.missing();
    const joined = { organization: { id: organization, name: offer.organizationRow.name }, role: offer.role };
    await enter(actor, offer, profile, remember(joined));
    return joined;
  },
);

// For sign-in

/**
 * Lets somebody who signs in join by the domain of their address, if the organization wants that and has a seat. It is
 * no reason to refuse the sign-in: otherwise they see the organization in their list.
 */
export async function joinAutomatically(actor: Person, claim: DomainClaimRow | undefined): Promise<void> {
  // threat: where nothing is automatic, signing in joins
  if (usable(DomainClaimRow, claim)?.mode !== "automatic") return;
  try {
    const offer = await offerTo(actor, claim);
    // threat: a former member is a member again when they sign in
    const profile = offer?.isAutomatic && (await table.get(accountKeys.profile(actor.account)));
    if (profile) await enter(actor, offer, profile);
  } catch (error) {
    // threat: a sign-in fails with joining
    if (error instanceof Failure) return;
    throw error;
  }
}

type Person = Account | InOrganization;

/** An offer of an organization to a person, and facts about them there. */
type Offer = {
  mode: JoinMode;
  role: JoinRole;
  organizationRow: OrganizationRow;
  before: Address | undefined;
  /** The person has not decided against it. */
  isAutomatic: boolean;
};

async function offerTo({ account, address, email }: Person, found: DomainClaimRow | undefined) {
  // one mailbox has any number of such addresses, and each would take a seat
  // threat: a removed member comes back with another address of the same mailbox
  if (email.includes("+")) return undefined;
  const claim = usable(DomainClaimRow, found);
  // threat: a domain whose record is lost lets people in
  if (!claim || claim.lostAt !== undefined || !isOffered(claim)) return undefined;
  const { organization, mode, role } = claim;
  const [owner, member, row] = await table.getMany([
    organizationKeys.organization(organization),
    memberKeys.member(organization, account),
    invitationKeys.addressIn(organization, address),
  ]);
  const organizationRow = usable(OrganizationRow, owner);
  const before = usable(AddressRow, row);
  // threat: suspended and read-only organizations are offered
  const isOpen = organizationRow?.state === "active" && organizationRow.billingStatus !== "read_only";
  if (!isOpen || member || (row && !before)) return undefined;
  const way = wayOf(before);
  if (way === "invitation") return undefined;
  return { mode, role, organizationRow, before, isAutomatic: way === "automatic" } satisfies Offer;
}

// threat: an admin joins by a domain
// threat: people join a domain that is closed
/** Neither a value of a newer release nor a damaged one lets anybody in. */
const isOffered = ({ mode, role }: DomainClaimRow) => (mode === "suggest" || mode === "automatic") && isRole(role);
const isRole = (role: string): role is JoinRole => (joinRoles as readonly string[]).includes(role);

/**
 * Returns how somebody can become a member whose address is known there: who was removed, or whose invitation was
 * revoked, needs a new invitation; and who left or declined has to decide.
 */
function wayOf(row: Address | undefined): "automatic" | "button" | "invitation" {
  if (!row || row.state === "expired" || isExpired(row) || isForgotten(row)) return "automatic";
  // threat: a removed member comes back by a domain
  const hasDecided = row.state === "declined" || (row.state === "former" && row.removed !== true);
  return hasDecided ? "button" : "invitation";
}

/** An invitation that the clock has yet to end, and that still holds its seat. */
const isExpired = (row: Address | undefined) => Invitation.isPending(row) && !Invitation.isOpen(row);
/** The table removes a row some time after its last day. */
const isForgotten = ({ state, leftAt }: Address) =>
  state === "former" && leftAt !== undefined && leftAt <= instant(-formerDays * daySeconds);

type Profile = { name: string; color: string };

/** @throws domain.not_joinable, domain.no_seat, domain.join_conflict */
async function enter(actor: Person, found: Offer, { name, color }: Profile, more: Step[] = []): Promise<void> {
  const { mode, role, organizationRow } = found;
  const { pk: organization } = organizationRow;
  // threat: joining keeps the seat of an invitation that has expired
  const offer = isExpired(found.before) ? await withoutInvitation(actor, found) : found;
  const { account, email, address } = actor;
  const domainName = domainOf(email);
  const domain = idOf(domainName);
  const invitation = ID.alias("invitation", address);
  const stillOffered = all(
    equal("organization", organization),
    equal("mode", mode),
    // threat: people join with the role that was offered before
    equal("role", role),
    lacks("lostAt"),
  );
  try {
    await table.write(
      check(domainKeys.domainClaim(domain), when(stillOffered, failures.notJoinable)),
      Member.joined(organization, { account, email, name, color }, role),
      place(actor, offer),
      Seat.takeOne(organization),
      MemberJoined.record(organization, { account, invitation, role, domain, domainName }, actor),
      ...more,
    );
  } catch (error) {
    if (isFailure(error, Seat.failures.full) || isFailure(error, Seat.failures.frozen)) throw failures.noSeat();
    if (isFailure(error, Member.failures.exists)) throw failures.joinConflict();
    throw error;
  }
}

/** Ends the expired invitation of the address first, which gives its seat back. @throws domain.join_conflict */
async function withoutInvitation(actor: Person, { before, ...offer }: Offer): Promise<Offer> {
  const row = { pk: actor.address, src: before?.src };
  try {
    await table.write(...Invitation.ending(offer.organizationRow.pk, [row], "expired", { actor }));
  } catch (error) {
    throw error instanceof Failure && !isFailure(error, implied.busy) ? failures.joinConflict() : error;
  }
  return { ...offer, before: before && { ...before, state: "expired" } };
}

/** Returns the step that makes the address that of a member, if it still is there as it was read. */
function place({ account, email, address }: Person, { role, before, organizationRow }: Offer): Step {
  const key = invitationKeys.addressIn(organizationRow.pk, address);
  const item = { state: "member" as const, account, email, role };
  if (!before) return put(key, { ...item, attempt: 0 }, when(absent, failures.joinConflict));
  const asRead = all(
    equal("state", before.state),
    equal("role", before.role),
    equal("attempt", before.attempt ?? 0),
    // threat: a person who was removed while they joined is a member
    before.leftAt === undefined ? lacks("leftAt") : equal("leftAt", before.leftAt),
  );
  return update(key, { set: item, unset: endings }, when(asRead, failures.joinConflict));
}

/** The fields of an ended invitation or membership. */
const endings = ["list", "rank", "ttl", "endedAt", "leftAt", "removed", "teams", "message"] as const;
