import { type ReactNode, useState } from "react";
import { whyBlocked } from "#features/rights/blocked.ts";
import { invoiceBlock } from "#features/seats/by-invoice.ts";
import { PortalButton } from "#features/seats/portal-button.tsx";
import { isPeriod, owedText, periods, statusOf } from "#features/seats/text.ts";
import { usePlan, usePlans } from "#features/seats/use-plans.ts";
import type { Organization } from "#lib/api.ts";
import type { Billing } from "#lib/billing.ts";
import { plural } from "#lib/format.ts";
import { useFormat } from "#lib/use-format.ts";
import { useMoney } from "#lib/use-money.ts";
import { Badge } from "#ui/badge.tsx";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { opened } from "#ui/opened.tsx";
import { useResume } from "./use-ending.ts";

const CancelDialog = opened(async () => (await import("./cancel-dialog.tsx")).CancelDialog);
const ChangePlanDialog = opened(async () => (await import("./change-plan-dialog.tsx")).ChangePlanDialog);

type Props = { organization: Organization; billing: Billing };

/** The current plan, its period and end, and what can be done about it. */
export function PlanSection({ organization, billing }: Props) {
  const { label, tone } = statusOf(billing);
  return (
    <section aria-labelledby="subscription" className="card">
      <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 px-5 pt-4 pb-4">
        <div className="min-w-0">
          <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
            <h2 id="subscription" className="text-lg font-semibold">
              {isPeriod(billing.plan) ? `${periods[billing.plan].label} plan` : "Custom plan"}
            </h2>
            <Badge tone={tone}>{label}</Badge>
          </div>
          <Sentence billing={billing} />
        </div>
        <Total billing={billing} />
      </header>
      <Facts billing={billing} />
      <Actions organization={organization} billing={billing} />
    </section>
  );
}

/** The next thing that happens automatically. */
function Sentence({ billing }: Pick<Props, "billing">) {
  const { billingStatus, cancelAt, trialEnd, periodEnd } = billing;
  const { date } = useFormat();
  const text =
    cancelAt !== undefined
      ? `Ends on ${date(cancelAt)}. Until then, everything works.`
      : billingStatus === "past_due"
        ? owedText(billing)
        : billingStatus === "trialing" && trialEnd !== undefined
          ? `Free until ${date(trialEnd)}, then paid.`
          : periodEnd !== undefined
            ? `Renews on ${date(periodEnd)}.`
            : undefined;
  return text === undefined ? null : <p className="mt-0.5 text-sm text-fg-2">{text}</p>;
}

function Total({ billing: { plan, seats, discounts = [] } }: Pick<Props, "billing">) {
  const money = useMoney();
  const found = usePlan(plan);
  return (
    found && (
      <p className="tabular xl:text-right">
        <span className="text-2xl font-semibold">
          {money({ ...found.price, amount: found.price.amount * (seats.paid ?? 0) })}
        </span>
        <span className="block text-sm text-fg-2">
          {plural(seats.paid ?? 0, "seat")}, {periods[found.id].adverb}
          {discounts.length > 0 && ", before the discount"}
        </span>
      </p>
    )
  );
}

function Facts({ billing }: Pick<Props, "billing">) {
  const { plan, startedAt, periodEnd, cancelAt, trialEnd, billingStatus, byInvoice } = billing;
  const { date } = useFormat();
  const money = useMoney();
  const found = usePlan(plan);
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-4 border-t border-border px-5 py-4 sm:grid-cols-3">
      <Fact term="Price per seat">
        {found ? `${money(found.price)} a ${periods[found.id].every}`.replace("a 3", "per 3") : "As agreed"}
      </Fact>
      {startedAt !== undefined && <Fact term="Started">{date(startedAt)}</Fact>}
      {cancelAt !== undefined ? (
        <Fact term="Ends">{date(cancelAt)}</Fact>
      ) : billingStatus === "trialing" && trialEnd !== undefined ? (
        <Fact term="First payment">{date(trialEnd)}</Fact>
      ) : (
        periodEnd !== undefined && <Fact term={byInvoice ? "Next invoice" : "Next payment"}>{date(periodEnd)}</Fact>
      )}
    </dl>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-sm text-fg-2">{term}</dt>
      <dd className="tabular mt-0.5 font-medium">{children}</dd>
    </div>
  );
}

function Actions({ organization, billing }: Props) {
  const { sold } = usePlans();
  const [shown, setShown] = useState<"plan" | "cancel">();
  const resume = useResume(organization);
  const close = () => setShown(undefined);
  const blocked = whyBlocked(organization, "billing.resize", { billing });
  const blocksCancel = whyBlocked(organization, "billing.cancel", { billing });
  const isEnding = billing.cancelAt !== undefined;
  const others = sold.filter(({ id }) => id !== billing.plan);
  return (
    <div className="grid gap-3 border-t border-border px-5 py-4">
      {resume.failure !== undefined && <Banner tone="danger">{resume.failure}</Banner>}
      <div className="flex flex-wrap gap-2 max-sm:*:w-full">
        {isEnding && (
          <Button variant="primary" isBusy={resume.isBusy} onClick={resume.run}>
            Resume the subscription
          </Button>
        )}
        <PortalButton organizationId={organization.id}>Address and tax ID</PortalButton>
        {others.length > 0 && (
          <Button blocked={blocked ?? invoiceBlock(billing, "plan")} onClick={() => setShown("plan")}>
            Change plan
          </Button>
        )}
        {!isEnding && (
          <Button variant="dangerGhost" blocked={blocksCancel} onClick={() => setShown("cancel")}>
            Cancel subscription
          </Button>
        )}
      </div>
      <ChangePlanDialog {...{ organization, billing }} isOpen={shown === "plan"} onClose={close} />
      <CancelDialog {...{ organization, billing }} isOpen={shown === "cancel"} onClose={close} />
    </div>
  );
}
