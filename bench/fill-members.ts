import { auditKeys } from "@muster/core/audit/keys.ts";
import * as ID from "@muster/core/base/id.ts";
import { invitationKeys } from "@muster/core/invitation/keys.ts";
import * as Member from "@muster/core/member/member.ts";
import { terms } from "@muster/core/search/search.ts";
import { type Item, type Key, put, type Table } from "@muster/core/table/table.ts";
import { seededRandom } from "@muster/local/testing/random.ts";
import { loadRows } from "./load-rows.ts";

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
