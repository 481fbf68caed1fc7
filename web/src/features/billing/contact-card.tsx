import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Gate } from "#features/failure/gate.tsx";
import { type Billing, type ContactRefusal, settingOf } from "#lib/billing.ts";
import { countryName } from "#lib/country-name.ts";
import { pageOf } from "#lib/page-of.ts";
import { type GeneralSettings, generalSettingsQuery } from "#lib/settings.ts";
import { Banner } from "#ui/banner.tsx";
import { Skeleton } from "#ui/skeleton.tsx";

type Props = { organizationId: string; billing: Billing };

const names: Record<ContactRefusal["field"], string> = {
  name: "Organization name",
  contact: "Billing contact",
  "contact.email": "Email address",
  "contact.billingEmail": "Billing email address",
  "contact.phone": "Phone",
  address: "Address",
  "address.country": "Country",
  "address.street": "Street and number",
  "address.city": "City",
  "address.state": "State or region",
  "address.postalCode": "Postal code",
};

/** Shows the recipient of Stripe's emails, and the address on invoices: both are from the general settings. */
export function ContactCard({ organizationId, billing: { customer, contactRefusals = [] } }: Props) {
  const settings = useQuery(generalSettingsQuery(organizationId));
  const { data } = settings;
  return (
    <section aria-labelledby="contact" className="card p-5">
      <div className="flex items-baseline justify-between gap-3">
        <h2 id="contact" className="text-base font-semibold">
          Billing contact
        </h2>
        <Link
          {...pageOf(organizationId, "/settings/general")}
          className="rounded-sm text-sm font-medium text-accent-text hover:underline"
        >
          Edit<span className="sr-only"> the billing contact</span>
        </Link>
      </div>
      <p className="mt-0.5 text-sm text-fg-2">
        {customer
          ? "Shown on invoices. Changes in the settings are sent to Stripe automatically."
          : "Will be shown on invoices."}
      </p>
      {contactRefusals.length > 0 && (
        <div className="mt-3">
          <Banner tone="warning">
            <strong className="font-semibold">Stripe refused part of this.</strong> Correct it in the settings:
            <ul className="mt-1.5 grid gap-1.5">
              {contactRefusals.map((refusal) => (
                <li key={refusal.field} className="wrap-anywhere">
                  <Link
                    {...pageOf(organizationId, "/settings/general")}
                    hash={settingOf(refusal)}
                    className="rounded-sm font-medium underline"
                  >
                    {names[refusal.field]}
                  </Link>
                  : “{refusal.reason}”
                </li>
              ))}
            </ul>
          </Banner>
        </div>
      )}
      <Gate query={settings} part="mt-3">
        <dl className="mt-3 grid gap-3 text-sm">
          <Entry term="Invoices go to" height="h-5">
            {data && lines(data.contact.billingEmail ?? data.contact.email)}
          </Entry>
          <Entry term="Contact" height="h-10">
            {data && contactOf(data)}
          </Entry>
          <Entry term="Address" height="h-20">
            {data && addressOf(data)}
          </Entry>
        </dl>
      </Gate>
    </section>
  );
}

function Entry({ term, height, children }: { term: string; height: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-fg-2">{term}</dt>
      <dd className="mt-0.5 break-words">{children ?? <Skeleton className={height} />}</dd>
    </div>
  );
}

/** The address that invoices go to is said beside it. */
function contactOf({ contact: { name, email, phone, billingEmail } }: GeneralSettings) {
  return lines(name, billingEmail === undefined ? undefined : email, phone);
}

function addressOf({ name, address: { street, postalCode, city, state, country } }: GeneralSettings) {
  const place = [postalCode, city].filter(Boolean).join(" ");
  return lines(name, street, [place, state].filter(Boolean).join(", "), country && countryName(country));
}

/** The known lines, one below the other. */
function lines(...texts: (string | undefined)[]) {
  const known = texts.filter((text) => text !== undefined && text !== "");
  return known.length > 0 ? (
    known.map((text) => (
      <span key={text} className="block">
        {text}
      </span>
    ))
  ) : (
    <span className="text-fg-3">None yet</span>
  );
}
