import type { Notice } from "#lib/api.ts";
import { useFormat } from "#lib/use-format.ts";

type Kind = Extract<Notice["kind"], `billing.${string}`>;

/** What follows the organization's name; `until` is a day, or "soon". */
const sentences: Record<Kind, (until: string, by: string | undefined) => string> = {
  "billing.past_due": () => "a payment failed. Nobody can be invited until it is paid.",
  "billing.over_limit": () => "more seats are in use than are paid. Nobody can be invited until they suffice.",
  "billing.ending": (until, by) =>
    by === undefined ? `the subscription ends ${until}.` : `${by} cancelled the subscription. It ends ${until}.`,
  "billing.canceled": (until) => `the subscription has ended. The time of grace ends ${until}.`,
  "billing.read_only": () => "the time of grace is over. It can only be read now.",
  "billing.trial_ending": (until) => `the trial ends ${until}.`,
};

export const isOfPayment = (kind: Notice["kind"]): kind is Kind => kind.startsWith("billing.");

/** A notice of what an organization pays, to its owners. */
export function OfPayment({ notice: { subject, until, by }, kind }: { notice: Notice; kind: Kind }) {
  const format = useFormat();
  const when = until === undefined ? "soon" : `on ${format.date(until)}`;
  return (
    <>
      <strong className="font-medium">{subject}</strong>: {sentences[kind](when, by)}
    </>
  );
}
