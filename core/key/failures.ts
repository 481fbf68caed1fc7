import { failure } from "../base/failure.ts";

export const failures = {
  unavailable: failure("unavailable", "key.unavailable", "Encryption is not available. Try again in a few seconds."),
};
