import * as ID from "../base/id.ts";
import type { Owner } from "./keys.ts";

/** Returns the owner of an outbox or log partition. */
export function ownerOf(pk: string): Owner | undefined {
  const [owner, part] = pk.split("#");
  if (part !== "out" && part !== "log") return;
  return ID.is("organization", owner) || ID.is("account", owner) ? owner : undefined;
}
