import { randomBytes } from "node:crypto";
import { minuteSeconds } from "../base/duration.ts";
import * as ID from "../base/id.ts";
import { epoch } from "../kernel/ports.ts";
import { signed } from "../kernel/signed.ts";
import { absent, put, type Step, when } from "../table/table.ts";
import { failures } from "./failures.ts";
import { passkeyKeys } from "./keys.ts";
import { challengeMinutes } from "./limits.ts";

// What an authenticator signs: it says what it is for, and until when. Nothing is stored for it before it is answered.

const tags = signed("passkey.challenge", 16);

/** The use of an answer: a sign-in, a confirmation of one session, or a new passkey of one account. */
export type Purpose =
  | readonly ["signIn"]
  | readonly ["reauthentication", ID.ID<"session">]
  | readonly ["creation", ID.ID<"account">];

/** Returns a challenge that nobody else can make or foresee. */
export function challengeFor(purpose: Purpose): string {
  const body = `${epoch(challengeMinutes * minuteSeconds)}.${randomBytes(16).toString("base64url")}`;
  return `${body}.${tags.tag(body, ...purpose)}`;
}

/**
 * Returns the step that uses up a challenge that was answered.
 * @throws passkey.invalid unless it was made here for this purpose, and in time
 */
export function answering(challenge: string, purpose: Purpose): Step {
  const end = challenge.lastIndexOf(".");
  const [body, tag] = [challenge.slice(0, end), challenge.slice(end + 1)];
  // threat: an answer that was given to another site's or another purpose's challenge signs in
  if (!tags.opens(tag, body, ...purpose)) throw failures.refused();
  const until = Number.parseInt(body, 10);
  // threat: an answer counts long after it was given
  if (until <= epoch()) throw failures.refused();
  // threat: an answer counts twice
  return put(
    passkeyKeys.usedChallenge(ID.derive("challenge", challenge)),
    { ttl: until },
    when(absent, failures.refused),
  );
}
