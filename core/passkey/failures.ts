import { failure } from "../base/failure.ts";
import { maxPasskeys } from "./limits.ts";

export const failures = {
  refused: failure(
    "unauthenticated",
    "passkey.invalid",
    "This passkey could not be checked, or it took too long. Try again, or use an emailed code.",
  ),
  unknown: failure(
    "unauthenticated",
    "passkey.unknown",
    "This passkey belongs to no account here: it was removed, or its account was deleted. Use an emailed code.",
  ),
  missing: failure("missing", "passkey.missing", "Passkey not found."),
  exists: failure("conflict", "passkey.exists", "This passkey is already one of yours."),
  changed: failure("conflict", "passkey.changed", "This passkey was just used elsewhere. Try again."),
  tooMany: failure("limit", "passkey.limit_reached", `You have ${maxPasskeys} passkeys. Remove one first.`),
};
