import type { Notification } from "#lib/api.ts";
import { domainName } from "#lib/domain-name.ts";
import { useFormat } from "#lib/use-format.ts";

type Kind = Extract<Notification["kind"], `domain.${string}`>;

export const isOfDomain = (kind: Notification["kind"]): kind is Kind => kind.startsWith("domain.");

/** A notification about a domain of an organization. */
export function OfDomain({ notification, kind }: { notification: Notification; kind: Kind }) {
  const format = useFormat();
  const { subject, person = "Someone", until } = notification;
  const thing = notification.thing === undefined ? "a domain" : domainName(notification.thing);
  const sentences: Record<Kind, string> = {
    "domain.record_lost": `the DNS record of ${thing} is missing. Publish it ${until === undefined ? "soon" : `before ${format.date(until)}`}.`,
    "domain.expired": `${thing} is no longer verified, because its DNS record stayed missing.`,
    "domain.join_changed": `${person} changed how people with an address of ${thing} join.`,
  };
  return (
    <>
      <strong className="font-medium">{subject}</strong>: {sentences[kind]}
    </>
  );
}
