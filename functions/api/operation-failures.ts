import { type FailureType, implied } from "@muster/core/base/failure.ts";
import { permissions, type Rule } from "@muster/core/base/permission.ts";
import { roles } from "@muster/core/base/role.ts";
import { failures as onceFailures } from "@muster/core/kernel/idempotency.ts";
import { failures as preconditionFailures } from "@muster/core/kernel/precondition.ts";
import { failures as organizationFailures } from "@muster/core/organization/organization.ts";
import { type AnyFn, mayMeet } from "./any-fn.ts";
import { failures as bodyFailures } from "./body.ts";
import { failures as credentialFailures } from "./credentials.ts";
import { failures as etagFailures } from "./etag.ts";
import { failures as keyFailures } from "./idempotency.ts";

export type Source = "json" | "query";

/** Returns the failures of the operation, and those that a request meets before it. */
export function failuresOf(
  fn: AnyFn,
  source: Source,
  { ownPagesOnly, hasEtag }: { ownPagesOnly: boolean; hasEtag: boolean },
): FailureType[] {
  const rule: Rule = permissions[fn.permission];
  const inOrganization = roles.some((role) => rule[role]);
  return [
    ...Object.values(implied).filter((type) => mayMeet(rule, type)),
    credentialFailures.unrouted,
    ...(inOrganization ? [organizationFailures.missing, organizationFailures.suspended] : []),
    ...(rule.feature ? [organizationFailures.updatesOff] : []),
    ...(source === "json" ? failuresOfChanges() : []),
    ...(source === "query" || hasEtag ? [etagFailures.badIfMatch, preconditionFailures.failed] : []),
    ...fn.failures,
  ];

  function failuresOfChanges(): FailureType[] {
    return [
      ...(ownPagesOnly || !rule.public ? [credentialFailures.origin] : []),
      ...Object.values(bodyFailures),
      ...(fn.idempotency === "unsupported" ? [keyFailures.refusedKey] : [keyFailures.badKey, onceFailures.reused]),
      ...(inOrganization && !rule.unpaid ? [organizationFailures.readOnly] : []),
    ];
  }
}
