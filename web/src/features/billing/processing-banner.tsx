import type { ReactNode } from "react";
import { isRefused, processingText, refusedText } from "#features/seats/processing.ts";
import { isSubscribed } from "#features/seats/text.ts";
import type { Billing } from "#lib/billing.ts";
import { useMoney } from "#lib/use-money.ts";
import { Banner } from "#ui/banner.tsx";

function afterText(billing: Props["billing"]) {
  if (billing.processing?.isDropped) {
    return "Stripe has dropped the change that it is for. If it arrives, it can be refunded. Until then, seats and plan can’t be changed.";
  }
  if (!isSubscribed(billing)) {
    return "The seats are added when it arrives. You are never charged twice.";
  }
  return billing.billingStatus === "past_due"
    ? "Until it arrives, nobody can be invited, and seats and plan can’t be changed."
    : "Until it arrives, everything works as before, but seats and plan can’t be changed.";
}

type Props = {
  billing: Pick<Billing, "processing" | "owed" | "billingStatus" | "seats">;
  /** Leads to the invoice, if a bank has refused to pay it. */
  children: ReactNode;
};

/** A payment that a bank processes, or has refused: how long it takes, what works until then, and what helps. */
export function ProcessingBanner({ billing, children }: Props) {
  const money = useMoney();
  const { processing } = billing;
  if (isRefused(billing)) {
    return (
      <Banner tone="warning">
        <p>{refusedText}</p>
        <div className="mt-3 flex flex-wrap gap-2 max-sm:*:w-full">{children}</div>
      </Banner>
    );
  }
  return (
    processing && (
      <Banner tone="info">
        {processingText(processing, money)} {afterText(billing)}
      </Banner>
    )
  );
}
