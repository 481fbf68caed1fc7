import * as v from "valibot";
import { id, row } from "../base/row.ts";

export const PasskeyRow = row({
  pk: id("account"),
  sk: id("passkey"),
  name: v.string(),
  /** The id that its authenticator gave it, in base64url. */
  credential: v.string(),
  /** Its public key in COSE form, in base64url. */
  publicKey: v.string(),
  /** The number of its signatures, as its authenticator counts; 0 if that does not count. */
  counter: v.number(),
  transports: v.array(v.string()),
  /** It is copied to the other devices of its person. */
  isSynced: v.boolean(),
  createdAt: v.string(),
  usedAt: v.optional(v.string()),
});
export type PasskeyRow = v.InferInput<typeof PasskeyRow>;

/** A challenge that was answered. */
export const UsedChallengeRow = row({ pk: id("challenge"), sk: v.literal("#used") });
export type UsedChallengeRow = v.InferInput<typeof UsedChallengeRow>;
