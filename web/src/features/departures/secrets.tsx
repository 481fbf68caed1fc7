import { labelOf } from "@muster/core/secret/kind/shape.ts";
import { Link } from "@tanstack/react-router";
import { whyBlocked } from "#features/rights/blocked.ts";
import type { Organization } from "#lib/api.ts";
import type { Departure } from "#lib/departures.ts";
import { plural } from "#lib/format.ts";
import { pageOf } from "#lib/page-of.ts";
import { Badge } from "#ui/badge.tsx";
import { buttonClass } from "#ui/button.tsx";
import { Section } from "#ui/card.tsx";
import { Time } from "#ui/time.tsx";
import { stateText } from "./text.ts";

type Secret = Departure["secrets"][number];

/** The API keys that the devices fetched, and whether they are still the same. */
export function DepartureSecrets({ organization, departure }: { organization: Organization; departure: Departure }) {
  const { secrets } = departure;
  const open = secrets.filter(({ state }) => state === "same").length;
  if (secrets.length === 0) {
    return (
      <Section title="API keys">
        <p className="px-5 pb-5 text-fg-2">The devices have fetched no API key.</p>
      </Section>
    );
  }
  return (
    <Section
      title="API keys"
      description={
        open > 0
          ? `${plural(open, "API key")} to replace, at the provider and here.`
          : "None of them is still the same."
      }
    >
      <ul aria-label="API keys that left" className="divide-y divide-border border-t border-border">
        {secrets.map((secret) => (
          <Row key={secret.id} organization={organization} departure={departure} secret={secret} />
        ))}
      </ul>
    </Section>
  );
}

type RowProps = { organization: Organization; departure: Departure; secret: Secret };

function Row({ organization, departure, secret }: RowProps) {
  const { id, name, kind, last4, state, replacedAt, fetched } = secret;
  const { tone, label } = stateText[state];
  const last = fetched
    .map(({ at }) => at)
    .toSorted()
    .at(-1);
  const devices = new Set(fetched.map(({ device }) => device));
  const names = departure.devices.filter((device) => devices.has(device.id)).map((device) => device.name);
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-5 py-3">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
          <span className="wrap-anywhere">{name}</span>
          <Badge tone={tone}>{label}</Badge>
        </p>
        <p className="text-sm text-fg-3 wrap-anywhere">
          {labelOf(kind)} · <span className="font-mono text-xs">…{last4}</span> · fetched by {names.join(", ")}
          {last !== undefined && (
            <>
              , last <Time at={last} />
            </>
          )}
          {replacedAt !== undefined && (
            <>
              {" "}
              · replaced <Time at={replacedAt} />
            </>
          )}
        </p>
      </div>
      {state === "same" && whyBlocked(organization, "secret.replace") === undefined && (
        <Link
          {...pageOf(organization.id, "/settings/api-keys")}
          search={{ replace: id }}
          className={buttonClass({}, "print:hidden")}
          aria-label={`Replace ${name}`}
        >
          Replace
        </Link>
      )}
    </li>
  );
}
