import type { OrganizationFixture } from "../fixtures/organization.ts";
import { openStream } from "../worlds/stream.ts";

/** By the id of an event: the role that whoever caused it had when it was written; none, where they were no member. */
export type ActorRoles = ReadonlyMap<string, string | undefined>;

/** Answers what is known so far, from the order in which the table was written. */
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
