import * as ID from "@muster/core/base/id.ts";
import * as Member from "@muster/core/member/member.ts";
import { terms } from "@muster/core/search/search.ts";
import { Keys } from "@muster/core/table/keys.ts";
import { type Projection, put, type Table } from "@muster/core/table/table.ts";
import { seededRandom } from "@muster/local/testing/random.ts";

const rowsAtOnce = 5_000;
const firstNames = ["Ada", "Ben", "Chloé", "Emma", "Igor", "Julia"];
const lastNames = ["Bauer", "Costa", "Dubois", "Fischer", "Garcia", "Haddad"];

/** Fills an organization with members, whose rows are written in batches. Returns their accounts. */
export async function fill(table: Table, id: ID.ID<"organization">, size: number): Promise<ID.ID<"account">[]> {
  const random = seededRandom(size);
  const pick = (names: readonly string[]) => names[Math.floor(random() * names.length)] ?? "";
  const accounts: ID.ID<"account">[] = [];
  let rows: Projection[] = [];
  for (let i = 1; i < size; i++) {
    const name = `${pick(firstNames)} ${pick(lastNames)}`;
    const email = `${name.toLowerCase().replace(" ", ".").replace("é", "e")}.${i}@example.com`;
    const account = ID.derive("account", `${id} ${size} ${i}`);
    accounts.push(account);
    const role = i % 25 === 0 ? "admin" : "read";
    const { key, item } = Member.joined(id, { account, email, name, color: "teal" }, role);
    const membership = { ...item, ...key };
    const accepted = { ...Keys.addressIn(id, ID.derive("address", email)), state: "member", role, account, email };
    rows.push(...[membership, accepted, ...terms(membership)].map((put) => ({ put })));
    if (rows.length < rowsAtOnce && i < size - 1) continue;
    await table.project(rows);
    rows = [];
  }
  const shown = { seq: 0, hash: "", day: "", active: size, owner: 1, admin: Math.floor((size - 1) / 25) };
  await table.write(put(Keys.stats(id), { ...shown, read: size - shown.admin - 1 }));
  return accounts;
}
