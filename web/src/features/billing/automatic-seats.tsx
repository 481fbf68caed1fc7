import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { whyBlocked } from "#features/rights/blocked.ts";
import { invoiceBlock } from "#features/seats/by-invoice.ts";
import { periods } from "#features/seats/text.ts";
import { useKeep } from "#features/seats/use-keep.ts";
import { usePlan } from "#features/seats/use-plans.ts";
import { WithContact } from "#features/seats/with-contact.tsx";
import type { Organization } from "#lib/api.ts";
import { type Billing, changeAutomaticSeats } from "#lib/billing.ts";
import { plural } from "#lib/format.ts";
import { useFormat } from "#lib/use-format.ts";
import { useMoney } from "#lib/use-money.ts";
import { Badge } from "#ui/badge.tsx";
import { Banner, ErrorBanner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { Section } from "#ui/card.tsx";
import { opened } from "#ui/opened.tsx";
import { begunText, foreseenText, isAdding, limitText, requestsText, stoppedText } from "./automatic-seats-text.ts";

const AutomaticSeatsDialog = opened(async () => (await import("./automatic-seats-dialog.tsx")).AutomaticSeatsDialog);
const lookMs = 4_000;
/** The number of looks before the page gives up. It shows the result when it is opened again. */
const maxLooks = 15;

type Props = { organization: Organization; billing: Billing };

/** Seats that follow what is needed: whether they do, up to how many, and what stopped them. */
export function AutomaticSeats({ organization, billing }: Props) {
  const [isOpen, setOpen] = useState(false);
  const keep = useKeep(organization.id);
  const turnOff = useMutation({
    mutationFn: () => changeAutomaticSeats(organization.id, { limit: null }),
    onSuccess: keep,
    onError: () => keep(undefined),
  });
  const on = billing.automaticSeats;
  useRefreshWhile(isAdding(billing), keep);
  const blocked = whyBlocked(organization, "billing.changeAutomaticSeats", { billing });
  // it can still be turned off
  const blocksOn = blocked ?? invoiceBlock(billing, "automatic");
  const begun = begunText(billing);
  return (
    <Section
      title="Automatic seats"
      description="Keeps some seats free: adds more after people were invited or have joined, and removes unused ones before each renewal."
      action={<Badge tone={on ? "success" : "neutral"}>{on ? "On" : "Off"}</Badge>}
    >
      <div className="grid gap-4 px-5 pb-5">
        {on ? (
          <State billing={billing} on={on} />
        ) : (
          <p className="text-sm text-fg-2">
            Seats are only added and removed by people. When none is free, nobody else can be invited or join.
          </p>
        )}
        {begun !== undefined && <p className="text-sm text-fg-2">{begun}</p>}
        <ErrorBanner error={turnOff.error} />
        <div className="flex flex-wrap gap-2 max-sm:*:w-full">
          <Button blocked={blocksOn} onClick={() => setOpen(true)}>
            {on ? "Change" : "Turn on automatic seats"}
          </Button>
          {on && (
            <Button blocked={blocked} isBusy={turnOff.isPending} onClick={() => turnOff.mutate()}>
              Turn off
            </Button>
          )}
        </div>
      </div>
      <AutomaticSeatsDialog {...{ organization, billing }} isOpen={isOpen} onClose={() => setOpen(false)} />
    </Section>
  );
}

/** Seats are added in the background, some seconds after they were taken. */
function useRefreshWhile(isAwaited: boolean, keep: ReturnType<typeof useKeep>) {
  useEffect(() => {
    if (!isAwaited) return;
    let looks = 0;
    const timer = setInterval(() => {
      keep(undefined);
      if (++looks === maxLooks) clearInterval(timer);
    }, lookMs);
    return () => clearInterval(timer);
  }, [isAwaited, keep]);
}

function State({ billing, on }: { billing: Billing; on: NonNullable<Billing["automaticSeats"]> }) {
  const { date, absolute } = useFormat();
  const money = useMoney();
  const plan = usePlan(billing.plan);
  const priceOf = (seats: number) => plan && money({ ...plan.price, amount: plan.price.amount * seats });
  const most = priceOf(on.limit);
  return (
    <div aria-live="polite" className="grid gap-3">
      {on.stopped && <Banner tone="warning">{stoppedText(on.stopped, date, absolute)}</Banner>}
      <p>
        <span className="font-medium">
          {plural(on.spare, "seat")} kept free, up to {plural(on.limit, "seat")}.
        </span>{" "}
        <span className="text-fg-2">
          <WithContact text={limitText(on, billing)} />
        </span>
      </p>
      {plan && most !== undefined && (
        <p className="text-sm text-fg-2">
          At most {most} {periods[plan.id].adverb}, before discounts and taxes.
        </p>
      )}
      <p className="text-sm text-fg-2">{requestsText}</p>
      {billing.periodEnd !== undefined && on.atRenewal !== undefined && (
        <p className="text-sm text-fg-2">
          {foreseenText({ on: date(billing.periodEnd), next: on.atRenewal, price: priceOf(on.atRenewal) }, billing)}
        </p>
      )}
    </div>
  );
}
