import type { AttributeValue, DynamoDBRecord } from "aws-lambda";
import type { OrganizationFixture } from "../fixtures/organization.ts";
import { openStream } from "../worlds/stream.ts";
import type { TestTable } from "../worlds/table.ts";
import type { World } from "../worlds/world.ts";

/** The role of the actor of each event at the time of the write, by event id; missing if they were not a member. */
export type ActorRoles = ReadonlyMap<string, string | undefined>;

const readers = new WeakMap<TestTable, Map<string, Promise<() => Promise<ActorRoles>>>>();

/** Returns what is known so far, from the order of the table's writes, each of which is read once. */
export function openActorRoles({ world, organization }: OrganizationFixture): Promise<() => Promise<ActorRoles>> {
  const ofTable = readers.get(world.rows) ?? new Map<string, Promise<() => Promise<ActorRoles>>>();
  readers.set(world.rows, ofTable);
  const known = ofTable.get(organization) ?? open(world, organization);
  ofTable.set(organization, known);
  return known;
}

async function open(world: World, organization: string): Promise<() => Promise<ActorRoles>> {
  const stream = await openStream(world.rows);
  const roles = new Map<string, string>();
  const billingStatus = new Map<string, string | undefined>();

  return async () => {
    for (const record of await stream.read()) {
      const { pk, sk, isThere, actor, role } = readRecord(record);
      if (pk === `${organization}#out` && isThere) billingStatus.set(sk, roles.get(actor));
      if (!pk.startsWith("acc_") || sk !== organization) continue;
      if (role) roles.set(pk, role);
      else roles.delete(pk);
    }
    return billingStatus;
  };
}

/** Returns the key of a row that changed, and its attributes afterwards; an empty text if it has none. */
function readRecord({ dynamodb: { Keys: key = {}, NewImage: row } = {} }: DynamoDBRecord) {
  const textOf = (attribute: AttributeValue | undefined) => attribute?.S ?? "";
  return {
    pk: textOf(key.pk),
    sk: textOf(key.sk),
    isThere: row !== undefined,
    actor: textOf(row?.actor),
    role: textOf(row?.role),
  };
}
