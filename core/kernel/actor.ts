import type { ID } from "./id.ts";
import type { Role } from "./permission.ts";

/** Where a request comes from: the client's address, its words about itself, and the mark an earlier sign-in left. */
export type Origin = { ip: string; agent: string; browser?: string | undefined };

export type Public = { type: "public"; origin: Origin };

export type Account = {
  type: "account";
  account: ID<"account">;
  address: ID<"address">;
  email: string;
  session: { id: ID<"session">; provenAt: string };
  origin: Origin;
};

export type Member = Omit<Account, "type"> & { type: "member"; organization: ID<"organization">; role: Role };

/** A worker of the deployment itself: a queue, the stream, the schedule. */
export type System = { type: "system"; job: string };

export type Actor = Public | Account | Member | System;
