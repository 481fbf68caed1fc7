import * as v from "valibot";
import { failure } from "../base/failure.ts";
import { billingKeys } from "../billing/keys.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { remember } from "../kernel/idempotency.ts";
import { instant, table } from "../kernel/ports.ts";
import { Ranks } from "../table/ranks.ts";
import { all, equal, type Some, update, when } from "../table/table.ts";
import { OrganizationDeleted, OrganizationRestored } from "./events.ts";
import { organizationKeys } from "./keys.ts";
import { restorableUntil } from "./limits.ts";
import { describe, Info, failures as organizationFailures } from "./organization.ts";
import * as Payment from "./payment.ts";
import type { OrganizationRow } from "./row.ts";
import { restorable } from "./tombstone.ts";

const { missing, changed } = organizationFailures;

// Shapes

/** The exact name of the organization, typed again to confirm. */
const Typed = v.pipe(v.string(), v.maxLength(200, "This name is too long."));
const Tombstone = v.object({
  /** The time it was deleted. */
  deletedAt: v.string(),
  /** The time until which an owner can restore it. */
  restorableUntil: v.string(),
});

// Failures

export const failures = {
  misnamed: failure("conflict", "organization.name_mismatch", "The name doesn't match. Type it exactly."),
  over: failure("gone", "organization.purged", "This organization can no longer be restored."),
};

// Functions

/**
 * Deletes the organization if its exact name is typed: from now on it is missing for everybody. For 30 days its owners
 * can restore it as it was; then it is purged.
 */
export const deleteByName = fn(
  "organization.delete",
  {
    input: v.strictObject({ name: Typed }),
    output: Tombstone,
    failures: [missing, changed, failures.misnamed, Event.failures.repeated],
    idempotency: "endsAccess",
    reads: (_, { organization }) => [organizationKeys.organization(organization), billingKeys.billing(organization)],
  },
  async ({ name }, actor, [organizationRow, billing]) => {
    if (!organizationRow || organizationRow.state === "deleted") throw missing();
    const { organization, account: deletedBy } = actor;
    const deletedAt = instant();
    const { state, growth } = organizationRow;
    const set: Some<OrganizationRow> & { deletedAt: string } = {
      state: "deleted",
      // threat: a deleted organization grows
      growth: false,
      deletedAt,
      deletedBy,
      before: {
        state,
        growth,
      },
      list: organizationKeys.deletedOrganizations,
      rank: Ranks.organization(deletedAt, organization),
    };
    const tombstone = { deletedAt, restorableUntil: restorableUntil(deletedAt) };
    // threat: an organization is deleted by a name that is not its own
    // threat: an organization is deleted by a former name
    // threat: an organization that is suspended in between comes back active
    const asRead = all(equal("name", name), equal("state", state), equal("growth", growth));
    await table.write(
      update(
        organizationKeys.organization(organization),
        { set },
        when(asRead, (found: OrganizationRow | undefined) => refusal(found, name)),
      ),
      Payment.ending(organization, billing, changed),
      OrganizationDeleted.record(organization, { name }, actor),
      ...remember(tombstone),
    );
    return tombstone;
  },
);

/**
 * Restores a deleted organization as it was. If it had bought seats, it can grow again once Stripe confirms that it
 * pays. Can be repeated.
 */
export const restore = fn(
  "organization.restore",
  {
    input: v.strictObject({}),
    output: Info,
    failures: [missing, failures.over, Event.failures.repeated],
    reads: (_, { organization }) => [organizationKeys.organization(organization), billingKeys.billing(organization)],
  },
  async (_, actor, [organizationRow, billing]) => {
    if (!organizationRow) throw missing();
    if (organizationRow.state !== "deleted") return describe(organizationRow, actor.role);
    const { organization } = actor;
    const { before, createdAt } = organizationRow;
    const placed = {
      list: organizationKeys.organizations(createdAt),
      rank: Ranks.organization(createdAt, organization),
    };
    // threat: a restored organization grows on seats that nobody pays
    const set = { ...before, ...placed, ...(Payment.hasBought(billing) && { growth: false }) };
    const info = describe({ ...organizationRow, ...set }, actor.role);
    await table.write(
      update(
        organizationKeys.organization(organization),
        { set, unset: ["deletedAt", "deletedBy", "before"] },
        when(restorable(), failures.over),
      ),
      ...Payment.resuming(organization, billing),
      OrganizationRestored.record(organization, {}, actor),
      ...remember(info),
    );
    return info;
  },
);

function refusal(found: OrganizationRow | undefined, name: string) {
  if (!found || found.state === "deleted") return missing();
  return found.name === name ? changed() : failures.misnamed();
}
