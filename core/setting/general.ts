import * as v from "valibot";
import { implied } from "../base/failure.ts";
import { fold } from "../base/fold.ts";
import * as ID from "../base/id.ts";
import { group, Integer } from "../base/shape.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import type { Member } from "../kernel/actor.ts";
import { requireReauthentication } from "../kernel/authorize.ts";
import * as Event from "../kernel/event.ts";
import { instant, now } from "../kernel/ports.ts";
import { readOnly } from "../kernel/stored.ts";
import { OrganizationRenamed } from "../organization/events.ts";
import { OrganizationRow } from "../organization/row.ts";
import { OrganizationName } from "../organization/shape.ts";
import { failures as rolloutFailures } from "../rollout/failures.ts";
import type { Item } from "../table/table.ts";
import { SettingSaved } from "./events.ts";
import { GeneralRow, type SectionRow } from "./row.ts";
import { differences, type Patch, refuseFuture, revisionOf, save, failures as sectionFailures } from "./section.ts";
import { Address, Contact, Phone, SavedPhone, SingleSignOn, Updates } from "./shape.ts";
import { statesOf } from "./state/shape.ts";

// The General section: an organization's name, contact, address, and single sign-on. The organization row holds the name.

// Shapes

/** The general settings of an organization. */
export const Info = v.object({
  /** The name of the organization. */
  name: OrganizationName,
  /** The person to contact about the organization. */
  contact: v.partial(v.object({ ...Contact, phone: SavedPhone })),
  /** The address of the organization. */
  address: v.partial(v.object(Address)),
  /** The organization's own identity provider: stored, and not used to sign in yet. */
  singleSignOn: v.partial(v.object(SingleSignOn)),
  /** Updates. Without `posting`, members can post. */
  updates: v.partial(v.object(Updates)),
  /** The revision that last changed them. */
  revision: Integer,
  /** The time they were last changed. Missing if they never were. */
  changedAt: v.optional(v.string()),
  /** The account that changed them last. */
  changedBy: v.optional(ID.schema("account")),
});
export type Info = v.InferOutput<typeof Info>;

const clearable = <S extends v.GenericSchema>(schema: S) => v.optional(v.nullable(schema));

/** Changes of the general settings: omitted fields stay, null clears. The name is never empty. */
export const Changes = {
  /** The new name of the organization. */
  name: v.optional(OrganizationName),
  /** The person to contact about the organization. */
  contact: v.optional(
    group({
      name: clearable(Contact.name),
      email: clearable(Contact.email),
      phone: clearable(SavedPhone),
      billingEmail: clearable(Contact.billingEmail),
    }),
  ),
  /** The address of the organization. */
  address: v.optional(
    group({
      country: clearable(Address.country),
      street: clearable(Address.street),
      city: clearable(Address.city),
      state: clearable(Address.state),
      postalCode: clearable(Address.postalCode),
    }),
  ),
  /**
   * The organization's own identity provider, either a directory of Microsoft Entra or an issuer with a client ID. It
   * is stored, and not used to sign in yet. A change of it requires a confirmed identity.
   */
  singleSignOn: v.optional(
    group({
      directoryId: clearable(SingleSignOn.directoryId),
      issuer: clearable(SingleSignOn.issuer),
      clientId: clearable(SingleSignOn.clientId),
    }),
  ),
  /** Updates. */
  updates: v.optional(group({ posting: clearable(Updates.posting) })),
};
export type Changes = { [K in keyof typeof Changes]?: v.InferOutput<(typeof Changes)[K]> };

/** The organization row and the section's own row, as they were read. */
export type Rows = { organizationRow: OrganizationRow; now: SectionRow | undefined };

// Failures

/** The failures of a change. */
export const failures = [sectionFailures.changed, rolloutFailures.closed, Event.failures.repeated];

// For settings and organizations

export function describe({ organizationRow, now }: Rows): Info {
  const { name } = readOnly(OrganizationRow, organizationRow);
  const { value, at, by } = now ? readOnly(GeneralRow, now) : {};
  const { contact = {}, address = {}, singleSignOn = {}, updates = {} } = value ?? {};
  return {
    name,
    contact: withoutUndefined(contact),
    address: withoutUndefined(address),
    singleSignOn: withoutUndefined(singleSignOn),
    updates: withoutUndefined(updates),
    revision: revisionOf(organizationRow, "general"),
    ...(at !== undefined && { changedAt: at }),
    ...(ID.is("account", by) && { changedBy: by }),
  };
}

/**
 * Changes settings that the caller has seen up to a revision. Equal values are not a change, so a request whose answer
 * was lost can be sent again. @throws setting.changed, input.invalid, actor.reauthentication_required
 */
export async function change(rows: Rows, changes: Changes, seen: number, actor: Member): Promise<Info> {
  const before = describe(rows);
  const { name = before.name } = changes;
  const { value, patch: own } = plan(before, changes);
  confirm(own, actor);
  const patch = { ...differences({ name: before.name }, { name }), ...own };
  const fields = Object.keys(own);
  const isRenamed = name !== before.name;
  refuseFuture(seen, rows.organizationRow);
  if (fields.length === 0 && !isRenamed) return before;

  const at = instant();
  const id = actor.organization;
  const events = (revision: number) => [
    ...(isRenamed ? [OrganizationRenamed.record(id, { from: before.name, to: name }, actor)] : []),
    // threat: the log keeps the billing contact forever
    ...(fields.length > 0 ? [SettingSaved.record(id, { section: "general", revision, fields }, actor)] : []),
  ];
  const values = () => ({ general: value });
  const onHome = isRenamed ? { name } : {};
  const { organizationRow } = rows;
  const revision = await save(
    { sections: ["general"], organizationRow, seen, at, values, patch, onHome, events },
    actor,
  );
  return { name, ...value, revision, changedAt: at, changedBy: actor.account };
}

type Value = Pick<Info, "contact" | "address" | "singleSignOn" | "updates">;
const groups = { contact: Contact, address: Address, singleSignOn: SingleSignOn, updates: Updates };

/**
 * Returns what the section holds after the changes, and what of it differs. The name is not part of it.
 * @param isRestored whether the values were saved once: they may be of before a rule
 * @throws input.invalid
 */
export function plan(before: Value, changes: Changes, isRestored = false): { value: Value; patch: Patch } {
  const value = {
    contact: withPhone(before.contact, merge(before.contact, changes.contact), isRestored),
    address: withState(before.address, merge(before.address, changes.address), isRestored),
    singleSignOn: merge(before.singleSignOn, changes.singleSignOn),
    updates: merge(before.updates, changes.updates),
  };
  const patch = differences(pickGroups(before), value);
  if (isSensitive(patch)) {
    const [field, message] = mistakeIn(value.singleSignOn) ?? [];
    if (message !== undefined) throw implied.invalid({ fields: [{ path: `singleSignOn.${field}`, message }] });
  }
  return { value, patch };
}

/** The contact, whose new phone number is one that Stripe takes. What is saved stays until somebody changes it. */
function withPhone(before: Value["contact"], after: Value["contact"], isRestored: boolean): Value["contact"] {
  if (isRestored || after.phone === undefined || after.phone === before.phone) return after;
  // threat: a phone number is saved that Stripe refuses
  const [issue] = v.safeParse(Phone, after.phone).issues ?? [];
  if (issue) throw implied.invalid({ fields: [{ path: "contact.phone", message: issue.message }] });
  return after;
}

/** The address with its state as the list of its country spells it. What is saved stays until somebody changes it. */
function withState(before: Value["address"], after: Value["address"], isRestored: boolean): Value["address"] {
  const { country = "", state = "" } = after;
  const states = statesOf(country);
  // threat: an address has a state of another country
  const isSaved = isRestored || (state === before.state && country === before.country);
  if (states === undefined || state === "" || isSaved) return after;
  const known = states.find((name) => fold(name) === fold(state));
  if (known !== undefined) return { ...after, state: known };
  const message = `${country} has no such state. Enter its full name, such as ${states[0]}.`;
  throw implied.invalid({ fields: [{ path: "address.state", message }] });
}

/** Returns whether a field is stored that cannot be read. */
export function isDamaged(rows: Rows): boolean {
  const stored = (rows.now?.value ?? {}) as Record<string, Item | undefined>;
  const known: Record<string, Item> = pickGroups(describe(rows));
  return Object.entries(groups).some(([group, shape]) =>
    Object.keys(shape).some((name) => stored[group]?.[name] !== undefined && known[group]?.[name] === undefined),
  );
}

const pickGroups = ({ contact, address, singleSignOn, updates }: Value) => ({
  contact,
  address,
  singleSignOn,
  updates,
});

/** Requires a confirmed identity for a change of single sign-on. @throws actor.reauthentication_required */
export function confirm(patch: Patch, actor: Member): void {
  // threat: a taken session changes how an organization signs in
  if (isSensitive(patch)) requireReauthentication(actor, now());
}

const isSensitive = (patch: Patch) => Object.keys(patch).some((field) => field.startsWith("singleSignOn."));

/** The changes that give fields, by their paths, these values; a value that is missing clears the field. */
export function changesTo(values: ReadonlyMap<string, unknown>): Changes {
  const named = Object.entries(groups).map(([group, shape]) => {
    const known = Object.keys(shape).filter((name) => values.has(`${group}.${name}`));
    return [group, Object.fromEntries(known.map((name) => [name, values.get(`${group}.${name}`) ?? null]))];
  });
  return Object.fromEntries(named) as Changes;
}

/** The changes that leave exactly these values, in the groups that are there. */
export const changesToAll = (values: { [K in keyof Value]?: Value[K] | undefined }): Changes =>
  changesTo(
    new Map(
      // threat: a settings file of before there were updates turns them on again
      Object.entries(groups)
        .filter(([group]) => (values as Record<string, Item | undefined>)[group] !== undefined)
        .flatMap(([group, shape]) =>
          Object.keys(shape).map(
            (name) => [`${group}.${name}`, (values as Record<string, Item>)[group]?.[name]] as const,
          ),
        ),
    ),
  );

/** Returns why this is not one provider with all that it takes, and at which field. */
function mistakeIn({
  directoryId,
  issuer,
  clientId,
}: Value["singleSignOn"]): [field: string, message: string] | undefined {
  // threat: a directory and an issuer both say who signs in
  if (directoryId && (issuer || clientId)) {
    return ["directoryId", "Enter either a directory ID, or an issuer with a client ID, and clear the other."];
  }
  if (issuer && !clientId) return ["clientId", "Enter the client ID that this issuer gave."];
  return clientId && !issuer ? ["issuer", "Enter the issuer that gave this client ID."] : undefined;
}

/** Merges the changes into the current values: null clears, omitted fields stay. */
function merge<T extends object>(before: T, changes: { [K in keyof T]?: T[K] | null | undefined } = {}): T {
  const sent = Object.entries(changes).filter(([, value]) => value !== undefined);
  const all = Object.entries({ ...before, ...Object.fromEntries(sent) });
  return Object.fromEntries(all.filter(([, value]) => value !== null)) as T;
}
