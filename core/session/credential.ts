import type { CredentialType } from "../kernel/credential.ts";
import { sessionKeys } from "./keys.ts";
import type { SessionRow } from "./row.ts";
import { isLive, touch } from "./session.ts";
import * as Token from "./token.ts";

/** The session of a person who signed in. */
export const credential: CredentialType<SessionRow> = {
  read(token) {
    const named = Token.read(token);
    if (!named) return;
    const { account, session: id } = named;
    return { account, key: sessionKeys.session(account, id), via: { kind: "session", id, authenticatedAt: "" } };
  },
  admit(row) {
    // threat: a session that ended still admits
    if (!isLive(row)) return;
    const { sk: id, authenticatedAt, address, email } = row;
    return { via: { kind: "session", id, authenticatedAt }, address, email };
  },
  touch,
};
