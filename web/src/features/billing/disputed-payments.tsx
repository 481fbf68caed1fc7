import { WithContact } from "#features/seats/with-contact.tsx";
import type { Billing } from "#lib/billing.ts";
import { useFormat } from "#lib/use-format.ts";
import { useMoney } from "#lib/use-money.ts";
import { Banner } from "#ui/banner.tsx";

const stopped = "you can’t add seats or change the plan. Everything else works, and you can reduce seats.";

/** Payments that a bank has reversed: what doesn't work until that is resolved, and what helps. */
export function DisputedPayments({ billing }: { billing: Pick<Billing, "disputes"> }) {
  const money = useMoney();
  const { date } = useFormat();
  return billing.disputes?.map(({ state, createdAt, ...amount }) => (
    <Banner key={`${createdAt} ${amount.amount}`} tone="warning">
      {state === "open" ? (
        <p>
          <strong className="font-semibold">A payment of {money(amount)} is disputed.</strong> On {date(createdAt)} its
          payer told the bank that it was wrong, and the bank has reversed it until it decides. Until then, {stopped} If
          it’s a mistake, ask the bank to end the dispute.
        </p>
      ) : (
        <p>
          <strong className="font-semibold">A disputed payment of {money(amount)} went back to its payer.</strong> Until
          that is resolved, {stopped} <WithContact text="Contact the operator of this service." />
        </p>
      )}
    </Banner>
  ));
}
