import { createHash } from "node:crypto";
import { day } from "./account.ts";
import { Refusal } from "./refusal.ts";
import type { SavedAnswer, State } from "./state.ts";

/** In characters: https://docs.stripe.com/api/idempotent_requests */
const maxKey = 255;

/** https://docs.stripe.com/api/idempotent_requests */
export type Idempotency = {
  /**
   * Returns the stored answer of a key.
   * @throws Refusal if it belongs to another request, or the first one is still under way
   */
  begin: (key: string, request: string) => SavedAnswer | undefined;
  /** Stores any answer; without one the key is free again. */
  end: (key: string, request: string, answer?: Omit<SavedAnswer, "fingerprint" | "at">) => void;
};

/** @param now in seconds */
export function openIdempotency(state: State, now: () => number): Idempotency {
  const underWay = new Set<string>();
  return {
    begin: (key, request) => {
      // threat: Stripe's stand-in takes a longer key than Stripe
      if (key.length > maxKey) throw tooLong(key);
      const saved = state.answers.get(key);
      if (saved && saved.at > now() - day) {
        // threat: one key of Stripe's stand-in serves two requests
        if (saved.fingerprint !== fingerprint(request)) throw otherRequest(key);
        return saved;
      }
      // threat: Stripe's stand-in does one request twice at once
      if (underWay.has(key)) throw inUse(key);
      underWay.add(key);
      return undefined;
    },
    end: (key, request, answer) => {
      underWay.delete(key);
      if (answer) state.answers.set(key, { ...answer, fingerprint: fingerprint(request), at: now() });
    },
  };
}

const fingerprint = (request: string) => createHash("sha256").update(request).digest("hex");

const otherRequest = (key: string) =>
  new Refusal(
    400,
    "idempotency_error",
    "Keys for idempotent requests can only be used with the same parameters they were first used with. " +
      `Try using a key other than '${key}' if you meant to execute a different request.`,
  );

const tooLong = (key: string) =>
  new Refusal(
    400,
    "idempotency_error",
    `Idempotent key length is ${key.length}, which is outside accepted lengths. Idempotent Keys must be 1-${maxKey} characters long.`,
  );

const inUse = (key: string) =>
  new Refusal(
    409,
    "idempotency_error",
    `There is currently another in-progress request using this Idempotent Key '${key}'. Please try again later.`,
    { code: "idempotency_key_in_use" },
  );
