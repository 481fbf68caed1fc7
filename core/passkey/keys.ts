import type * as ID from "../base/id.ts";
import type { Key, Range } from "../table/table.ts";
import type { PasskeyRow, UsedChallengeRow } from "./row.ts";

type Account = ID.ID<"account">;

export const passkeyKeys = {
  /** A passkey; its id hashes the one that its authenticator gave it. */
  passkey: (account: Account, passkey: ID.ID<"passkey">): Key<PasskeyRow> => ({ pk: account, sk: passkey }),
  passkeys: (account: Account): Range<PasskeyRow> => ({ pk: account, prefix: "pky_" }),
  /** That a challenge was answered; its id hashes it. Expires with the challenge. */
  usedChallenge: (challenge: ID.ID<"challenge">): Key<UsedChallengeRow> => ({ pk: challenge, sk: "#used" }),
};
