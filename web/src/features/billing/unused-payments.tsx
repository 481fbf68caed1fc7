import { useMutation } from "@tanstack/react-query";
import { useKeep } from "#features/seats/use-keep.ts";
import { type Billing, refundPayment } from "#lib/billing.ts";
import { toSentence } from "#lib/failure.ts";
import { useMoney } from "#lib/use-money.ts";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { toast } from "#ui/toast.ts";

type Payment = NonNullable<Billing["unusedPayments"]>[number];

const reasons: Record<Payment["reason"], string> = {
  ended: "it arrived after the subscription had ended",
  second: "it was for a second subscription, which was canceled",
  dropped: "it was for a change of seats that was dropped before your bank paid",
};

/** Payments that bought nothing, each with its two ways out. */
export function UnusedPayments({ organizationId, billing }: { organizationId: string; billing: Billing }) {
  return billing.unusedPayments?.map((one) => (
    <UnusedPayment key={one.invoice} organizationId={organizationId} payment={one} />
  ));
}

function UnusedPayment({ organizationId, payment }: { organizationId: string; payment: Payment }) {
  const { invoice, amount, currency, reason } = payment;
  const keep = useKeep(organizationId);
  const money = useMoney();
  const sum = money({ amount, currency });
  const refund = useMutation({
    mutationFn: (to: "card" | "balance") => refundPayment(organizationId, { invoice, to }),
    onSuccess: ({ to, ...returned }) => {
      keep(undefined);
      toast(
        to === "balance"
          ? `${money(returned)} is kept for the next invoices`
          : `${money(returned)} was refunded. It can take your bank some days to show it.`,
      );
    },
  });
  return (
    <Banner tone="warning">
      <p>
        <strong className="font-semibold">Your payment of {sum} bought nothing:</strong> {reasons[reason]}. You can have
        it refunded, or keep it for the next invoices, such as those of a new subscription.
      </p>
      {refund.error && (
        <p role="alert" className="mt-2 text-danger">
          {toSentence(refund.error)}
        </p>
      )}
      <div className="mt-3 flex flex-wrap gap-2 max-sm:*:w-full">
        <Button
          variant="primary"
          isBusy={refund.isPending && refund.variables === "card"}
          blocked={refund.isPending ? "The refund is under way." : undefined}
          onClick={() => refund.mutate("card")}
        >
          Refund {sum}
        </Button>
        <Button
          isBusy={refund.isPending && refund.variables === "balance"}
          blocked={refund.isPending ? "The refund is under way." : undefined}
          onClick={() => refund.mutate("balance")}
        >
          Keep for the next invoices
        </Button>
      </div>
    </Banner>
  );
}
