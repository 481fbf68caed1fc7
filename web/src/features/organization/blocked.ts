import { roles } from "@muster/core/base/role.ts";
import type { Organization, Role } from "#lib/api.ts";
import type { Billing } from "#lib/billing.ts";
import { grantable, may, type Permission, ruleOf, type Target } from "./permissions.ts";
import { roleText } from "./text.ts";

type Known = Pick<Organization, "role" | "state" | "billingStatus">;
/** What else can prevent an action: a change of the subscription, or a lack of seats. */
type More = {
  target?: Target;
  billing?: Pick<Billing, "change" | "billingStatus" | "processing">;
  freeSeats?: number | undefined;
};

/** Actions that take a seat: an organization that cannot grow refuses them. */
const takesSeat: ReadonlySet<Permission> = new Set<Permission>([
  "import.create",
  "import.retry",
  "invitation.review",
  "invitation.send",
  "member.reinstate",
]);

/** Why an organization cannot grow, by its billing status. */
const growthBlocks: { [S in NonNullable<Organization["billingStatus"]>]?: string } = {
  past_due: "A payment is due. You can invite people again once it is paid.",
  over_limit: "More seats are in use than the organization has. Add seats or free some before you invite people.",
  canceled: "The subscription has ended. Choose a plan to invite people.",
};

/** Actions on members that nobody can do to themselves. */
const byOthers: ReadonlySet<Permission> = new Set<Permission>(["member.changeRole", "member.remove"]);

/** Actions that change the subscription, one at a time. */
const changesPlan: ReadonlySet<Permission> = new Set<Permission>(["billing.cancel", "billing.resize"]);

/**
 * Returns why an action is not possible now, as a sentence, or nothing where it is. Every button, menu item and field of
 * an organization that is blocked takes its reason from here. What no target opens to a role is not offered to it.
 */
export function whyBlocked(organization: Known, permission: Permission, { target, billing, freeSeats }: More = {}) {
  const { role, state } = organization;
  const billingStatus = billing?.billingStatus ?? organization.billingStatus;
  const { unpaid, suspended } = ruleOf(permission);
  if (target?.isOwn && byOthers.has(permission)) {
    return "You can’t select or change yourself. Leave the organization, or ask another owner to change your role.";
  }
  if (!may(role, permission, target)) {
    return refusalOf(permission, target);
  }
  // threat: a suspended organization offers what it refuses
  if (state !== "active" && !suspended) {
    return "This organization is suspended. Until it is reactivated, you can view it but not change it.";
  }
  // threat: an organization that may only be read offers to change it
  if (billingStatus === "read_only" && !unpaid) {
    return "This organization is read-only. To change it, choose a plan or remove members until it fits the free plan.";
  }
  if (takesSeat.has(permission)) {
    // threat: an organization that owes a payment offers to invite
    return (billingStatus && growthBlocks[billingStatus]) ?? (freeSeats === 0 ? "No seats are available." : undefined);
  }
  if (permission === "billing.resize" && billing?.processing !== undefined) {
    return "Your bank is processing a payment. You can change seats or plan once it has arrived.";
  }
  // what waits for its payment for hours holds up no end of the subscription
  // threat: the web offers no end of a subscription while a change waits for its payment
  const isUnderWay = permission === "billing.resize" || billing?.change?.waitsUntil === undefined;
  if (changesPlan.has(permission) && billing?.change !== undefined && isUnderWay) {
    return billing.change.waitsUntil === undefined
      ? "Another change is being made. Wait until it is done."
      : "A change of seats or plan waits for its payment. Pay its invoice, or wait until the change is dropped.";
  }
  return permission === "billing.resize" && billingStatus === "past_due"
    ? "A payment is due. Pay it before you change seats or plan."
    : undefined;
}

/** Returns why a role cannot give another one, as a sentence, or nothing where it can. */
export function whyNotGiven(giver: Role, role: Role) {
  // threat: an admin is offered to make owners
  return grantable(giver).some((one) => one === role) ? undefined : "Only an owner can make someone an owner.";
}

/** By the table: the target is beyond the role, or its permissions do not include it. */
function refusalOf(permission: Permission, { role }: Target = {}) {
  // threat: somebody does not learn who can do what their role cannot
  const able = roles.filter((one) => may(one, permission));
  if (role !== "owner" || able.length === 1) {
    return `Only ${able.map((one) => roleText[one].noun).join(" or ")} can do this.`;
  }
  return permission.startsWith("invitation.")
    ? "Only an owner can change the invitation of an owner."
    : "Only an owner can change or remove an owner.";
}
