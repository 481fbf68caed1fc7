import type * as ID from "../base/id.ts";
import { table } from "../kernel/ports.ts";
import { holders } from "../search/holders.ts";
import { Keys } from "../table/keys.ts";

/** Returns the email address of an owner, if there is one. */
export async function ownerEmailOf(organization: ID.ID<"organization">): Promise<string | undefined> {
  const [owner] = await holders(organization, ["owner"]);
  return owner && (await table.get(Keys.profile(owner)))?.email;
}
