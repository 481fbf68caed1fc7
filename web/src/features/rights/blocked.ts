import { roles } from "@muster/core/base/role.ts";
import type { Organization, Role } from "#lib/api.ts";
import type { Billing } from "#lib/billing.ts";
import { grantable, may, type Permission, ruleOf, type Target } from "./permissions.ts";
import { roleHints, roleText } from "./text.ts";

type Known = Pick<Organization, "role" | "state" | "billingStatus">;
/** The other facts that can prevent an action: a change of the subscription, or a lack of seats. */
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

/** The reasons that an organization cannot grow, by its billing status. */
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
  return (
    refusalOf(role, permission, target) ??
    closedText(permission, { state, billingStatus }) ??
    (takesSeat.has(permission) ? seatlessText(billingStatus, freeSeats) : undefined) ??
    (billing && changesPlan.has(permission) ? underWayText(permission, billing) : undefined) ??
    (permission === "billing.resize" && billingStatus === "past_due"
      ? "A payment is due. Pay it before you change seats or plan."
      : undefined)
  );
}

/** Says why an organization in this state refuses the action to everyone. */
function closedText(permission: Permission, { state, billingStatus }: Omit<Known, "role">) {
  const { unpaid, suspended } = ruleOf(permission);
  // threat: a suspended organization offers what it refuses
  if (state !== "active" && !suspended) {
    return "This organization is suspended. Until it is reactivated, you can view it but not change it.";
  }
  // threat: an organization that may only be read offers to change it
  if (billingStatus === "read_only" && !unpaid) {
    return "This organization is read-only. To change it, choose a plan or remove members until it fits the free plan.";
  }
  return undefined;
}

function seatlessText(billingStatus: Known["billingStatus"], freeSeats: number | undefined) {
  // threat: an organization that owes a payment offers to invite
  return (billingStatus && growthBlocks[billingStatus]) ?? (freeSeats === 0 ? "No seats are available." : undefined);
}

/** Says why a change of the subscription has to wait for another one. */
function underWayText(permission: Permission, { change, processing }: NonNullable<More["billing"]>) {
  if (permission === "billing.resize" && processing !== undefined) {
    return "Your bank is processing a payment. You can change seats or plan once it has arrived.";
  }
  // what waits for its payment for hours holds up no end of the subscription
  // threat: the web offers no end of a subscription while a change waits for its payment
  const isWaiting = change?.waitsUntil !== undefined || change?.dueAt !== undefined;
  const isUnderWay = permission === "billing.resize" || !isWaiting;
  if (change === undefined || !isUnderWay) {
    return undefined;
  }
  if (change.dueAt !== undefined) {
    return "A change of seats waits for the payment of its invoice.";
  }
  return change.waitsUntil === undefined
    ? "Another change is being made. Wait until it is done."
    : "A change of seats or plan waits for its payment. Pay its invoice, or wait until the change is dropped.";
}

/** Returns why a role cannot give another one, as a sentence, or nothing where it can. */
export function whyNotGiven(giver: Role, role: Role) {
  // threat: an admin is offered to make owners
  return grantable(giver).some((one) => one === role) ? undefined : "Only an owner can make someone an owner.";
}

/** By the table: nobody does it to themselves, the target is beyond the role, or its permissions do not include it. */
function refusalOf(viewer: Role, permission: Permission, target: Target = {}) {
  const { role, isOwn = false } = target;
  if (isOwn && byOthers.has(permission)) {
    return "You can’t select or change yourself. Leave the organization, or ask another owner to change your role.";
  }
  if (may(viewer, permission, target)) {
    return undefined;
  }
  // threat: somebody does not learn who can do what their role cannot
  const able = roles.filter((one) => may(one, permission));
  if (role !== "owner" || able.length === 1) {
    return `Only ${able.map((one) => roleText[one].noun).join(" or ")} can do this.`;
  }
  return permission.startsWith("invitation.")
    ? "Only an owner can change the invitation of an owner."
    : "Only an owner can change or remove an owner.";
}

/** Returns all roles, from the least to the most powerful, each with the reason why the viewer cannot give it. */
export function roleChoices(viewer: Role) {
  return roles.toReversed().map((role) => ({
    value: role,
    label: roleText[role].label,
    hint: roleHints[role],
    blocked: whyNotGiven(viewer, role),
  }));
}
