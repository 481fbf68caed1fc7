import type { Billing } from "#lib/billing.ts";
import { useMoney } from "#lib/use-money.ts";
import { Banner } from "#ui/banner.tsx";
import { processingText } from "./processing.ts";
import { isSubscribed } from "./text.ts";

function afterText(billing: Props["billing"]) {
  if (!isSubscribed(billing)) {
    return "The seats are added when it arrives. You are never charged twice.";
  }
  return billing.billingStatus === "past_due"
    ? "Until it arrives, nobody can be invited and no seats can be added."
    : "Until it arrives, everything works as before, but seats and plan can’t be changed.";
}

type Props = { billing: Pick<Billing, "processing" | "billingStatus" | "seats"> };

/** A payment that a bank processes: how long it takes, and what works until then. */
export function ProcessingBanner({ billing }: Props) {
  const money = useMoney();
  const { processing } = billing;
  return (
    processing && (
      <Banner tone="info">
        {processingText(processing, money)} {afterText(billing)}
      </Banner>
    )
  );
}
