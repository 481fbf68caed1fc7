import { failure } from "../base/failure.ts";

export const failures = {
  missing: failure("missing", "departure.missing", "Departure not found."),
  exists: failure("conflict", "departure.exists", "This departure is already recorded."),
  changed: failure("conflict", "departure.changed", "These devices have just ended otherwise."),
};
