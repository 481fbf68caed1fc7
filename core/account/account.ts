import * as v from "valibot";
import { failure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { slicesOf } from "../base/slices.ts";
import { parse } from "../base/valid.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { instant, table } from "../kernel/ports.ts";
import { readOnly } from "../kernel/stored.ts";
import * as Member from "../member/member.ts";
import { absent, all, type ConditionOf, equal, put, type Step, update, when } from "../table/table.ts";
import { AccountUpdated } from "./events.ts";
import { accountKeys } from "./keys.ts";
import { ProfileRow } from "./row.ts";
import { Color, colorOf, Email, Locale, PersonName, Zone } from "./shape.ts";

/** A transaction holds 100 steps, of which the profile and its event take two. */
const membershipsPerWrite = 98;

// Shapes

/** A person who signs in. */
export const Info = v.object({
  id: ID.schema("account"),
  /** The address that sign-in codes go to. */
  email: Email,
  /** The name that members of your organizations see. */
  name: PersonName,
  /** The color of the avatar. */
  color: Color,
  /** The language and region that dates and numbers are written in, such as `en-US`. */
  locale: Locale,
  /** The time zone, by its IANA name, such as `Europe/Berlin`. */
  zone: Zone,
  /** The time the account was created. */
  createdAt: v.string(),
});
export type Info = v.InferOutput<typeof Info>;

const Changes = v.strictObject(v.partial(v.pick(Info, ["name", "color", "locale", "zone"])).entries);
type Changes = v.InferOutput<typeof Changes>;

// Failures

export const failures = {
  taken: failure("conflict", "account.exists", "This email address already has an account."),
  missing: failure("missing", "account.missing", "Account not found."),
  changed: failure("conflict", "account.changed", "Your profile was just changed elsewhere. Try again."),
};

// Functions

export const get = fn(
  "account.get",
  {
    input: v.strictObject({}),
    output: Info,
    failures: [failures.missing],
    reads: (_, actor) => [accountKeys.profile(actor.account)],
  },
  async (_, __, [profile]) => describe(profile),
);

/** Changes my profile. A new name or color shows in each of my organizations. */
export const edit = fn(
  "account.edit",
  {
    input: Changes,
    output: Info,
    failures: [failures.missing, failures.changed, Member.failures.left, Event.failures.repeated],
    reads: (_, actor) => [accountKeys.profile(actor.account)],
  },
  async (changes, actor, [profile]) => {
    const before = describe(profile);
    const after: Info = { ...before, ...withoutUndefined(changes) };
    const changed = difference(before, after);
    if (Object.keys(changed).length === 0) return before;
    const unchanged = all(...namesOf(changed).map((field) => asRead(profile, field)));
    // threat: a chosen color is not shown to the other members
    const shown = await Member.showing(actor.account, pick(after, ["name", "color"], changed));
    await table.write(
      update(accountKeys.profile(actor.account), { set: withoutUndefined(changes) }, when(unchanged, failures.changed)),
      AccountUpdated.record(actor.account, changed, actor),
      ...shown.slice(0, membershipsPerWrite),
    );
    for (const steps of slicesOf(shown.slice(membershipsPerWrite), 100)) await table.write(...steps);
    return after;
  },
);

// For sessions

/** Returns the key of an address, and of the invitation to it. */
export const addressOf = (email: string): ID.ID<"address"> => ID.derive("address", parse(Email, email));

/** Returns the account of an address, if it has one. */
export async function at(address: ID.ID<"address">): Promise<ID.ID<"account"> | undefined> {
  return (await table.get(accountKeys.claim(address)))?.account;
}

/** Returns the steps that create an account in the write that opens its first session: one account per address. */
export function creation(
  account: ID.ID<"account">,
  { email, address }: { email: string; address: ID.ID<"address"> },
  zone?: string,
): Step[] {
  const name = nameOf(email);
  const profile = {
    stream: "view",
    email,
    name,
    color: colorOf(account),
    locale: "en",
    zone: v.is(Zone, zone) ? zone : "UTC",
    createdAt: instant(),
  };
  return [
    // threat: two accounts for one address
    put(accountKeys.claim(address), { account }, when(absent, failures.taken)),
    put(accountKeys.profile(account), profile, when(absent, failures.taken)),
  ];
}

function describe(profile: ProfileRow | undefined): Info {
  if (!profile) throw failures.missing();
  const { pk, email, name, color, locale, zone, createdAt } = readOnly(ProfileRow, profile);
  return { id: pk, email, name, color, locale, zone, createdAt };
}

/** Holds while a field is as it was read. */
const asRead = (row: ProfileRow | undefined, field: keyof Changes) =>
  equal(field, row?.[field] ?? "") as ConditionOf<ProfileRow>;

/** Returns only the member attributes that changed: another request may be changing the rest. */
function pick<K extends keyof Info>(after: Info, names: readonly K[], changed: object): Partial<Pick<Info, K>> {
  // threat: a change of color undoes a change of name at the same time
  return Object.fromEntries(names.filter((name) => name in changed).map((name) => [name, after[name]])) as Partial<
    Pick<Info, K>
  >;
}

const namesOf = (some: Partial<Record<keyof Changes, unknown>>) => Object.keys(some) as (keyof Changes)[];
type Difference = { [F in keyof Changes]?: { from: string; to: string } };

function difference(before: Info, after: Info): Difference {
  const changed = namesOf(Changes.entries).filter((name) => before[name] !== after[name]);
  return Object.fromEntries(changed.map((name) => [name, { from: before[name], to: after[name] }]));
}

/** Makes a first name from an address: ada.lovelace@… becomes Ada Lovelace. */
function nameOf(email: string) {
  const words = (email.split("@")[0] ?? "").split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const name = words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join(" ");
  return v.is(PersonName, name) ? name : "New person";
}
