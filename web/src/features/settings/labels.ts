import type { Posting } from "@muster/core/organization/shape.ts";

/** The fields of the general settings, in the order of the form. */
export const labels = {
  name: "Organization name",
  "contact.name": "Contact person",
  "contact.email": "Email address",
  "contact.phone": "Phone",
  "contact.billingEmail": "Billing email address",
  "address.street": "Street and number",
  "address.postalCode": "Postal code",
  "address.city": "City",
  "address.country": "Country",
  "address.state": "State or region",
  "singleSignOn.directoryId": "Directory (tenant) ID of Microsoft Entra",
  "singleSignOn.issuer": "Issuer of another provider (OpenID Connect)",
  "singleSignOn.clientId": "Client ID",
  "updates.posting": "Who can post to the organization",
} as const;

const postings: Record<Posting, string> = {
  members: "Owners, admins, and members with the role Write",
  admins: "Only owners and admins",
  off: "Nobody: updates are off",
};

export const postingName = (posting: string) => postings[posting as Posting] ?? posting;

export const postingOptions = Object.entries(postings).map(([value, label]) => ({ value, label }));
