import { OrganizationName } from "@muster/core/organization/shape.ts";
import { Address, Contact, SingleSignOn, Updates } from "@muster/core/setting/shape.ts";
import { statesOf } from "@muster/core/setting/state/shape.ts";
import * as v from "valibot";
import type { GeneralChanges, GeneralSettings } from "#lib/settings.ts";
import { labels } from "./labels.ts";

export type FieldName = keyof typeof labels;
/** General settings as fields of a form, in which an empty field is an empty text. */
export type Values = Readonly<Record<FieldName, string>>;

const shapes: Record<FieldName, v.GenericSchema<string, string | null>> = {
  name: OrganizationName,
  "contact.name": emptiable(Contact.name),
  "contact.email": emptiable(Contact.email),
  "contact.phone": emptiable(Contact.phone),
  "contact.billingEmail": emptiable(Contact.billingEmail),
  "address.street": emptiable(Address.street),
  "address.postalCode": emptiable(Address.postalCode),
  "address.city": emptiable(Address.city),
  "address.state": emptiable(Address.state),
  "address.country": emptiable(Address.country),
  "singleSignOn.directoryId": emptiable(SingleSignOn.directoryId),
  "singleSignOn.issuer": emptiable(SingleSignOn.issuer),
  "singleSignOn.clientId": emptiable(SingleSignOn.clientId),
  "updates.posting": v.pipe(v.string(), Updates.posting),
};

/** Says why a value cannot be saved. */
export function problemOf(field: FieldName, value: unknown) {
  return v.safeParse(shapes[field], value).issues?.[0].message;
}

export function toValues({ name, contact, address, singleSignOn, updates }: GeneralSettings): Values {
  const posting = updates.posting ?? "members";
  const groups: Record<string, Readonly<Record<string, string | undefined>>> = {
    contact,
    address,
    singleSignOn,
    updates: { posting },
  };
  const text = (field: FieldName) => {
    const [group = "", part = ""] = field.split(".");
    return groups[group]?.[part] ?? "";
  };
  const names = Object.keys(labels) as FieldName[];
  return Object.fromEntries(names.map((field) => [field, field === "name" ? name : text(field)])) as Values;
}

export function toChanges(changed: Partial<Values>): GeneralChanges {
  const changes: GeneralChanges = { contact: {}, address: {}, singleSignOn: {}, updates: {} };
  for (const [field, text] of Object.entries(changed) as [FieldName, string][]) {
    const value = v.parse(shapes[field], text);
    const [group, part = ""] = field.split(".");
    if (group === "contact" || group === "address" || group === "singleSignOn" || group === "updates") {
      changes[group][part] = value;
    } else {
      changes.name = value ?? "";
    }
  }
  return changes;
}

function emptiable<S extends v.GenericSchema<string, string>>(schema: S) {
  return v.pipe(
    v.string(),
    v.transform((text) => (text.trim() === "" ? null : text)),
    v.nullable(schema),
  );
}

/** The choices of a list: none, each state, and a value that is saved but not one of them. Nothing where there is no list. */
export function stateOptions(country: string, value: string) {
  const known = statesOf(country);
  if (known === undefined) {
    return undefined;
  }
  const all = value === "" || known.includes(value) ? known : [value, ...known];
  return [{ value: "", label: "–" }, ...all.map((name) => ({ value: name, label: name }))];
}
