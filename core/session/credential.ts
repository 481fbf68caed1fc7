import type { CredentialType } from "../kernel/credential.ts";
import type * as ID from "../kernel/id.ts";
import { Keys } from "../table/keys.ts";
import { keyOf } from "../table/table.ts";
import { isLive, touch } from "./session.ts";
import * as Token from "./token.ts";

/** The session of a person who signed in. */
export const credential: CredentialType = {
  read(token) {
    const named = Token.read(token);
    if (!named) return;
    const { account, session: id } = named;
    return { account, key: Keys.session(account, id), via: { kind: "session", id, provenAt: "" } };
  },
  admit(row) {
    if (!isLive(row)) return;
    const via = { kind: "session", id: row.sk as ID.ID<"session">, provenAt: String(row.provenAt) } as const;
    return { via, address: row.address as ID.ID<"address">, email: String(row.email) };
  },
  touch: (row) => touch(keyOf(row), row),
};
