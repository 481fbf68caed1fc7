import type { ID } from "../base/id.ts";
import type { CredentialKind, Permission } from "../base/permission.ts";
import type { Role } from "../base/role.ts";

/** The origin of a request: the client's address, its user agent, and the mark that an earlier sign-in left. */
export type Origin = { ip: string; agent: string; browser?: string | undefined };

/** A person who signed in, and when they last confirmed their identity. */
export type SessionCredential = { kind: "session"; id: ID<"session">; authenticatedAt: string };
/** A linked device of an account in one organization. */
export type DeviceCredential = {
  kind: "device";
  id: ID<"device">;
  organization: ID<"organization">;
  scopes: readonly Permission[];
};
type OtherCredential = {
  [Kind in Exclude<CredentialKind, "session" | "device">]: { kind: Kind; id: string; scopes: readonly Permission[] };
}[Exclude<CredentialKind, "session" | "device">];
/** Another credential that acts for an account. It may do no more than its scopes say, and cannot reauthenticate. */
export type ScopedCredential<K extends CredentialKind = CredentialKind> = Extract<
  DeviceCredential | OtherCredential,
  { kind: K }
>;
export type Credential = SessionCredential | ScopedCredential;

export type Public = { type: "public"; origin: Origin };

export type Account<C extends Credential = Credential> = {
  type: "account";
  account: ID<"account">;
  address: ID<"address">;
  email: string;
  /** The credential in use. Events keep its id. */
  via: C;
  origin: Origin;
};

export type Member<C extends Credential = Credential> = Omit<Account<C>, "type"> & {
  type: "member";
  organization: ID<"organization">;
  role: Role;
  /** The teams that the member is in. */
  ownTeams?: ReadonlySet<ID<"team">>;
  /** Those of them that the member leads. */
  ledTeams?: ReadonlySet<ID<"team">>;
};

/** A worker of the deployment: a queue, the stream, the schedule. */
export type System = { type: "system"; job: string };

export type Actor = Public | Account | Member | System;
