import { accountKeys } from "../account/keys.ts";
import type * as ID from "../base/id.ts";
import { table } from "../kernel/ports.ts";
import { holders } from "../search/holders.ts";

/** Returns the email address of an owner, if there is one. */
export async function ownerEmailOf(organization: ID.ID<"organization">): Promise<string | undefined> {
  const [owner] = await holders(organization, ["owner"]);
  return owner && (await table.get(accountKeys.profile(owner)))?.email;
}
