import { failure } from "../base/failure.ts";

// Reasons that a discount code does not apply.

export const failures = {
  unknown: failure("invalid", "billing.code_unknown", "Code not found."),
  expired: failure("conflict", "billing.code_expired", "This code has expired."),
  used: failure("conflict", "billing.code_used", "This code has reached its usage limit."),
  applied: failure("conflict", "billing.code_applied", "This code already applies."),
  other: failure("conflict", "billing.discount_exists", "Another discount applies. Confirm that the code replaces it."),
  unusable: failure("conflict", "billing.code_unusable", "This code can't be used for this subscription."),
};
