import type { OrganizationFixture } from "../fixtures/organization.ts";
import { openStream } from "../worlds/stream.ts";

/** The role of the actor of each event at the time of the write, by event id; missing if they were not a member. */
export type ActorRoles = ReadonlyMap<string, string | undefined>;

/** Returns what is known so far, from the order of the table's writes. */
export async function openActorRoles({ world, organization }: OrganizationFixture): Promise<() => Promise<ActorRoles>> {
  const stream = await openStream(world.rows);
  const roles = new Map<string, string>();
  const billingStatus = new Map<string, string | undefined>();

  return async () => {
    for (const { dynamodb } of await stream.read()) {
      const [pk, sk] = [dynamodb?.Keys?.pk?.S ?? "", dynamodb?.Keys?.sk?.S ?? ""];
      const row = dynamodb?.NewImage;
      if (pk === `${organization}#out` && row) billingStatus.set(sk, roles.get(row.actor?.S ?? ""));
      if (!pk.startsWith("acc_") || sk !== organization) continue;
      if (row?.role?.S) roles.set(pk, row.role.S);
      else roles.delete(pk);
    }
    return billingStatus;
  };
}
