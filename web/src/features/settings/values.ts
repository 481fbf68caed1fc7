import { OrganizationName } from "@muster/core/organization/shape.ts";
import { Address, Contact } from "@muster/core/setting/shape.ts";
import * as v from "valibot";
import type { GeneralChanges, GeneralSettings } from "#lib/settings.ts";

/** General settings as fields of a form, in which an empty field is an empty text. */
export const General = v.object({
  name: OrganizationName,
  contact: v.object({
    name: emptiable(Contact.name),
    email: emptiable(Contact.email),
    phone: emptiable(Contact.phone),
  }),
  address: v.object({
    street: emptiable(Address.street),
    postalCode: emptiable(Address.postalCode),
    city: emptiable(Address.city),
    state: emptiable(Address.state),
    country: emptiable(Address.country),
  }),
});
export type Values = v.InferInput<typeof General>;

export const labels = {
  name: "Organization name",
  "contact.name": "Contact person",
  "contact.email": "Email address",
  "contact.phone": "Phone",
  "address.street": "Street and number",
  "address.postalCode": "Postal code",
  "address.city": "City",
  "address.state": "State or region",
  "address.country": "Country",
} as const;
export type FieldName = keyof typeof labels;
export const fieldNames = Object.keys(labels) as FieldName[];

export function toValues({ name, contact, address }: GeneralSettings): Values {
  return {
    name,
    contact: { name: contact.name ?? "", email: contact.email ?? "", phone: contact.phone ?? "" },
    address: {
      street: address.street ?? "",
      postalCode: address.postalCode ?? "",
      city: address.city ?? "",
      state: address.state ?? "",
      country: address.country ?? "",
    },
  };
}

/** What is sent to the API: only the changed fields. */
export function toChanges({ name, contact, address }: v.InferOutput<typeof General>, changed: FieldName[]) {
  const part = (prefix: string, fields: Record<string, string | null>) =>
    Object.fromEntries(Object.entries(fields).filter(([field]) => changed.some((one) => one === `${prefix}.${field}`)));
  const changes: GeneralChanges = { contact: part("contact", contact), address: part("address", address) };
  return changed.includes("name") ? { ...changes, name } : changes;
}

function emptiable<S extends v.GenericSchema<string, string>>(schema: S) {
  return v.pipe(
    v.string(),
    v.transform((text) => (text.trim() === "" ? null : text)),
    v.nullable(schema),
  );
}
