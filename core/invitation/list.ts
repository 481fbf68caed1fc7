import * as v from "valibot";
import { fn } from "../kernel/fn.ts";
import * as ID from "../kernel/id.ts";
import { roles } from "../kernel/permission.ts";
import { table } from "../kernel/ports.ts";
import { parse } from "../kernel/valid.ts";
import { mailStates } from "../mail/state.ts";
import { Cursor, failures as cursorFailures, pageOf } from "../table/cursor.ts";
import { Keys } from "../table/keys.ts";
import { queryAll } from "../table/parts.ts";
import type { Item, Page, Position } from "../table/table.ts";
import * as Team from "../team/names.ts";
import { failures, idOf, keyOf } from "./invitation.ts";
import { listsIn } from "./parts.ts";
import { ended } from "./shape.ts";

const pageSize = 100;

// Shapes

/** The tabs of the list, each with the letter that its ranks begin with. */
const tabs = { pending: "p", ended: "e", former: "f" } as const;
type Tab = keyof typeof tabs;

/** `at` is when it expires, has ended, or when the person left. */
export const Entry = v.object({
  invitation: ID.schema("invitation"),
  email: v.string(),
  role: v.picklist(roles),
  name: v.optional(v.string()),
  /** Those that they will be in, or were in; by name. */
  teams: v.array(Team.Named),
  state: v.picklist(["pending", "former", ...ended]),
  invitedBy: v.optional(v.object({ account: ID.schema("account"), name: v.optional(v.string()) })),
  mail: v.optional(v.picklist(mailStates)),
  at: v.string(),
});
export type Entry = v.InferOutput<typeof Entry>;

export const Info = v.object({
  ...Entry.entries,
  message: v.optional(v.string()),
  invitedAt: v.optional(v.string()),
  sentAt: v.optional(v.string()),
  lifetimeDays: v.optional(v.number()),
  /** How many links were mailed; only the newest opens it. */
  attempt: v.number(),
  /** Why the address gets no mail. */
  blocked: v.optional(v.picklist(["bounced", "complained"])),
});
export type Info = v.InferOutput<typeof Info>;

export const Filter = v.object({
  state: v.optional(v.picklist(Object.keys(tabs) as [Tab, ...Tab[]])),
  cursor: v.optional(Cursor),
});

// Functions

/** Addresses that are no members: pending ones, those that expire last first; ended and former ones, newest first. */
export const list = fn(
  "invitation.list",
  {
    input: v.strictObject(Filter.entries),
    output: v.object({ items: v.array(Entry), next: v.optional(v.string()) }),
    failures: [cursorFailures.invalid],
    reads: (_, { organization }) => [Keys.organization(organization)],
  },
  async ({ state = "pending", cursor }, { organization }, [home]) => {
    const read = readerOf(organization, { home, state, limit: pageSize });
    const { items, next } = await pageOf(`invitation.list ${organization} ${state}`, cursor, read);
    const [rows, names] = await Promise.all([withInviters(organization, items), Team.namesFor(organization, items)]);
    return { items: rows.map((row) => describe(row, names)), ...(next && { next }) };
  },
);

export const get = fn(
  "invitation.get",
  {
    input: v.strictObject({ invitation: ID.schema("invitation") }),
    output: Info,
    failures: [failures.missing],
    reads: (input, actor) => {
      const key = keyOf(actor, input);
      return [key, Keys.mailBlock(key.pk as ID.ID<"address">)];
    },
  },
  async (_, { organization }, [row, block]) => {
    if (!row || row.state === "member") throw failures.missing();
    const [[named], names] = await Promise.all([withInviters(organization, [row]), Team.namesFor(organization, [row])]);
    const blocked = block?.complained ? "complained" : block?.bounced ? "bounced" : undefined;
    return parse(Info, { ...row, ...describe(named ?? row, names), ...(blocked && { blocked }) });
  },
);

// For exports

type Reading = { home: Item | undefined; state: Tab; limit: number };

/** Reads pages of one tab of an organization's list. */
export function readerOf(organization: ID.ID<"organization">, { home, state, limit }: Reading) {
  const range = { prefix: `${tabs[state]}#`, limit, newestFirst: true };
  return (start: Position | undefined): Promise<Page> => queryAll(listsIn(organization, home), { ...range, start });
}

/** A row of the list, or the invitation itself, as an entry. */
export function describe(row: Item, names: Team.Names = new Map()): Entry {
  const [, at] = String(row.rank).split("#");
  return parse(Entry, { ...row, invitation: idOf(String(row.pk)), teams: Team.named(row, names), at });
}

/** Adds who invited, by the names that they have in the organization today; those who left have none. */
export async function withInviters(organization: ID.ID<"organization">, rows: readonly Item[]): Promise<Item[]> {
  const inviters = [...new Set(rows.map(({ by }) => by))].filter((by) => ID.is("account", by));
  const members = await table.getMany(
    inviters.map((account) => Keys.member(organization, account)),
    { consistent: false },
  );
  const names = new Map(inviters.map((account, i) => [account, members[i]?.name]));
  return rows.map((row) => {
    if (!ID.is("account", row.by)) return row;
    const name = names.get(row.by);
    return { ...row, invitedBy: { account: row.by, ...(name !== undefined && { name }) } };
  });
}
