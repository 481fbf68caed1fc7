import type { Notification } from "#lib/api.ts";
import { useFormat } from "#lib/use-format.ts";

type Kind = Extract<Notification["kind"], `billing.${string}`>;

/** What follows the organization's name; `until` is a day, or "soon". */
const sentences: Record<Kind, (until: string, by: string | undefined) => string> = {
  "billing.past_due": () => "a payment failed. Nobody can be invited until it is paid.",
  "billing.over_limit": () => "more seats are in use than it has. Nobody can be invited until there are enough.",
  "billing.ending": (until, by) =>
    by === undefined ? `the subscription ends ${until}.` : `${by} canceled the subscription. It ends ${until}.`,
  "billing.canceled": (until) => `the subscription has ended. The grace period ends ${until}.`,
  "billing.read_only": () => "the grace period has ended, and it is now read-only.",
  "billing.trial_ending": (until) => `the trial ends ${until}.`,
  "billing.automatic_seats_stopped": () => "seats could not be added automatically. The billing page says why.",
  "billing.duplicate_paid": () =>
    "a payment was for a second subscription or a dropped change. The operator can refund it.",
  "billing.duplicate_refunded": () => "the payment for a second subscription or a dropped change was refunded.",
};

export const isOfPayment = (kind: Notification["kind"]): kind is Kind => kind.startsWith("billing.");

/** A notification to owners about payment. */
export function OfPayment({ notification: { subject, until, by }, kind }: { notification: Notification; kind: Kind }) {
  const format = useFormat();
  const when = until === undefined ? "soon" : `on ${format.date(until)}`;
  return (
    <>
      <strong className="font-medium">{subject}</strong>: {sentences[kind](when, by)}
    </>
  );
}
