import { sha256 } from "../base/hash.ts";
import * as ID from "../base/id.ts";

/** An owner of an outbox and a log. */
export type Owner = ID.ID<"organization"> | ID.ID<"account">;

/** Returns the owner of an outbox or log partition. */
export function ownerOf(pk: string): Owner | undefined {
  const [owner, part] = pk.split("#");
  if (part !== "out" && part !== "log") return;
  return ID.is("organization", owner) || ID.is("account", owner) ? owner : undefined;
}

/** Formats a position in a log or a history, so that text sorts as the numbers do. */
export const position = (seq: number) => String(seq).padStart(12, "0");

/** Returns the key of a row in a part of an organization, or of a team. */
export const inPart = (owner: ID.ID<"organization"> | ID.ID<"team">, part: string, sk: string) => ({
  pk: `${owner}#${part}`,
  sk,
});

/** Returns the key of a counter in a window. */
export const counter = (name: string, who: string, window: number) => ({
  // threat: addresses of people in keys of counters
  pk: `rate#${name}#${sha256(who)}#${window}`,
  sk: "#count",
});
