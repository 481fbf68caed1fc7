import { failure } from "../../base/failure.ts";

export const failures = {
  requested: failure(
    "conflict",
    "billing.seats_requested",
    "You have already requested seats. Revoke that request, or wait until its payment ends.",
  ),
  decided: failure(
    "conflict",
    "billing.request_decided",
    "This request was already decided or revoked, or it has expired. Reload to see the current ones.",
  ),
};
