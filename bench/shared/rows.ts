import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { auditKeys } from "@muster/core/audit/keys.ts";
import * as ID from "@muster/core/base/id.ts";
import { invitationKeys } from "@muster/core/invitation/keys.ts";
import * as Member from "@muster/core/member/member.ts";
import { terms } from "@muster/core/search/search.ts";
import { type AttributeValue, toAttributes } from "@muster/core/table/attribute-values.ts";
import { projected } from "@muster/core/table/schema.ts";
import { type Item, type Key, put, type Table } from "@muster/core/table/table.ts";
import { lambdaNode } from "@muster/functions/testing/node.ts";
import { seededRandom } from "@muster/local/testing/random.ts";

const firstNames = ["Ada", "Ben", "Chloé", "Emma", "Igor", "Julia"];
const lastNames = ["Bauer", "Costa", "Dubois", "Fischer", "Garcia", "Haddad"];

type Row = Key & Item;

/** A table, and the engine's file that has its rows. */
export type Store = { table: Table; file: string; tableName: string };

/** Fills an organization with members, whose rows are written into the engine's file. Returns their accounts. */
export async function fill(
  { table, file, tableName }: Store,
  id: ID.ID<"organization">,
  size: number,
): Promise<ID.ID<"account">[]> {
  const accounts: ID.ID<"account">[] = [];
  await loadRows(file, tableName, rowsOf(id, size, accounts));
  const shown = { seq: 0, hash: "", day: "", active: size, owner: 1, admin: Math.floor((size - 1) / 25) };
  await table.write(put(auditKeys.stats(id), { ...shown, read: size - shown.admin - 1 }));
  return accounts;
}

/** Generates the rows of all members but the founder, and collects their accounts. */
function* rowsOf(id: ID.ID<"organization">, size: number, accounts: ID.ID<"account">[]): Generator<Row> {
  const random = seededRandom(size);
  const pick = (names: readonly string[]) => names[Math.floor(random() * names.length)] ?? "";
  for (let i = 1; i < size; i++) {
    const name = `${pick(firstNames)} ${pick(lastNames)}`;
    const email = `${name.toLowerCase().replace(" ", ".").replace("é", "e")}.${i}@example.com`;
    const account = ID.derive("account", `${id} ${size} ${i}`);
    accounts.push(account);
    const role = i % 25 === 0 ? "admin" : "read";
    const { key, item } = Member.joined(id, { account, email, name, color: "teal" }, role);
    const membership = { ...item, ...key };
    yield membership;
    yield { ...invitationKeys.addressIn(id, ID.derive("address", email)), state: "member", role, account, email };
    yield* terms(membership);
  }
}

/** A row of the table as the engine's file has it; `listed` is what the index carries of it. */
export type FileRow = { pk: string; sk: string; item: string; size: number; listed?: FileListed };
type FileListed = { list: string; rank: string; item: string };

type Attributes = Record<string, AttributeValue>;
const inIndex = new Set<string>(["pk", "sk", "list", "rank", ...projected]);

/**
 * Writes rows straight into the file of an engine that is idle: a million members are eight million rows, for which the
 * engine itself takes most of an hour. A child runs on Node 24, since Node 20 has no SQLite.
 */
async function loadRows(file: string, table: string, rows: Iterable<Item>): Promise<void> {
  const script = fileURLToPath(new URL("write-rows.ts", import.meta.url));
  const child = spawn(lambdaNode(), ["--no-warnings", script, file, table], { stdio: ["pipe", "inherit", "inherit"] });
  const ended = once(child, "close");
  for (const row of rows) {
    if (!child.stdin.write(`${JSON.stringify(fileRow(row))}\n`)) await once(child.stdin, "drain");
  }
  child.stdin.end();
  const [code] = await ended;
  if (code !== 0) throw new Error(`The rows were not written: ${code}.`);
}

function fileRow(row: Item): FileRow {
  const attributes = toAttributes(row);
  const { pk, sk, list, rank } = row as Record<"pk" | "sk" | "list" | "rank", string>;
  const item = JSON.stringify(attributes);
  const listed = Object.fromEntries(Object.entries(attributes).filter(([name]) => inIndex.has(name)));
  return {
    pk,
    sk,
    item,
    size: sizeOfItem(attributes),
    ...(list !== undefined && { listed: { list, rank, item: JSON.stringify(listed) } }),
  };
}

/** In bytes, as DynamoDB counts them: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
function sizeOfItem(attributes: Attributes): number {
  return Object.entries(attributes).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOf(value), 0);
}

function sizeOf(value: AttributeValue): number {
  if (typeof value.S === "string") return Buffer.byteLength(value.S);
  if (typeof value.N === "string") return Math.ceil(significant(value.N).length / 2) + 1;
  if (Array.isArray(value.L)) return value.L.reduce((sum: number, one: AttributeValue) => sum + 1 + sizeOf(one), 3);
  if (value.M) return 3 + Object.keys(value.M).length + sizeOfItem(value.M as Attributes);
  return 1;
}

const significant = (number: string) => number.replace(/[-.]/g, "").replace(/^0+|0+$/g, "");
