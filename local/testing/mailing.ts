import { addressOf } from "@muster/core/account/account.ts";
import * as ID from "@muster/core/kernel/id.ts";
import * as Mailing from "@muster/core/mail/mailing.ts";
import { Keys, Lists, Ranks } from "@muster/core/table/keys.ts";
import { type Item, put } from "@muster/core/table/table.ts";
import type { World } from "./world.ts";

export interface Import {
  organization: ID.ID<"organization">;
  id: ID.ID<"import">;
  /** Writes what one step of the import writes, as the log has it, and answers where. */
  step: (emails: readonly string[], more?: Item) => Promise<Mailing.Named>;
  rowOf: (email: string) => Promise<Item>;
  /** How its mails fare, by the numbers that are shown. */
  numbers: () => Promise<Partial<Record<Mailing.Fate, number>>>;
  /** The same, by the rows themselves. */
  truth: () => Promise<Partial<Record<Mailing.Fate, number>>>;
}

const day = 86_400_000;
/** An import as it is after its end. */
const over = {
  ...{
    state: "done",
    via: "dashboard",
    by: ID.derive("account", "ada"),
    fileName: "people.csv",
    lifetimeDays: 7,
    pass: 1,
  },
  createdAt: "2026-11-24T08:00:00.000Z",
};

/** An organization, `at` or a new one, with an import whose mails can be sent in bulk. */
export async function openImport(
  world: Pick<World, "table" | "clock">,
  name = "acme",
  at?: ID.ID<"organization">,
): Promise<Import> {
  const organization = at ?? ID.derive("organization", name);
  const id = ID.derive("import", name);
  const by = ID.derive("account", "ada");
  const invited: string[] = [];
  let seq = at ? 1000 : 0; // beyond what happens there
  if (!at) await world.table.write(put(Keys.organization(organization), { name, state: "active" }));
  await world.table.write(put(Keys.import(organization, id), over));

  async function step(emails: readonly string[], more: Item = {}): Promise<Mailing.Named> {
    const expiresAt = new Date(world.clock.at + 7 * day).toISOString();
    invited.push(...emails);
    for (const email of emails) {
      const address = addressOf(email);
      const place = { list: Lists.invitations(organization), rank: Ranks.address("p", expiresAt, address) };
      const row = {
        state: "pending",
        email,
        role: "read",
        by,
        attempt: 1,
        mail: "queued",
        expiresAt,
        ...place,
        ...more,
      };
      await world.table.write(put(Keys.addressIn(organization, address), row));
    }
    const invitations = emails.map((email) => ID.alias("invitation", addressOf(email)));
    const data = { invitations, roles: { read: emails.length }, import: id, by };
    const at = new Date(world.clock.at).toISOString();
    const event = { id: ID.create("event"), type: "invitation.created", at, actor: "system#import", data, hash: "" };
    seq++;
    await world.table.write(put(Keys.logged(organization, seq), event));
    return { organization, import: id, seq };
  }

  const rowOf = async (email: string) => (await world.table.get(Keys.addressIn(organization, addressOf(email)))) ?? {};

  async function numbers() {
    const counts = Mailing.numbersOf(await world.table.get(Keys.importMails(id)));
    return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
  }

  async function truth() {
    const found: Partial<Record<Mailing.Fate, number>> = {};
    for (const email of invited) {
      const row = await rowOf(email);
      const isOver =
        row.mail === "queued" &&
        (row.state !== "pending" || String(row.expiresAt) <= new Date(world.clock.at).toISOString());
      const fate = isOver ? "ended" : (row.mail as Mailing.Fate);
      found[fate] = (found[fate] ?? 0) + 1;
    }
    return found;
  }

  return { organization, id, step, rowOf, numbers, truth };
}

/** So many addresses, none of which another call answers. */
export const people = (count: number, group = "p") =>
  Array.from({ length: count }, (_, n) => `${group}-${n}@example.com`);
