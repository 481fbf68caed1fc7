import type { ID } from "@muster/core/base/id.ts";
import { organizationKeys } from "@muster/core/organization/keys.ts";
import { connect } from "@muster/core/table/client.ts";
import { dynamo } from "@muster/core/table/dynamo.ts";
import { type Table, update } from "@muster/core/table/table.ts";
import { tableOf } from "../../run/folder.ts";

/** The engine requires some, and checks none. */
const credentials = { accessKeyId: "local", secretAccessKey: "local" };

type Row = Record<string, unknown>;

/** All rows of the table of a local run with its state in this folder. */
export async function scan(folder: string): Promise<Row[]> {
  const { name, client } = open(folder);
  const rows: Row[] = [];
  let ExclusiveStartKey: Row | undefined;
  do {
    const page = await client.call("Scan", { TableName: name, ExclusiveStartKey, ConsistentRead: true });
    rows.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  client.destroy();
  return rows;
}

/** Grants a new organization of a local run so many free seats, like the operator's command. */
export async function grantSeats(folder: string, organization: ID<"organization">, seats: number): Promise<void> {
  const set = { capacity: seats + 1, free: seats, grantedSeats: Math.max(1, seats - 2) };
  await openTable(folder).write(update(organizationKeys.organization(organization), { set }));
}

/** The table of a local run with its state in this folder. */
export function openTable(folder: string): Table {
  const { name, client } = open(folder);
  return dynamo(client, name);
}

function open(folder: string) {
  const { name, endpoint, region } = tableOf(folder);
  return { name, client: connect({ endpoint, region, credentials }) };
}
