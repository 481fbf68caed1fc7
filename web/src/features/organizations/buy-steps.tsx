import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { FormEvent, ReactNode } from "react";
import { isBeyond, seatsProblem, useOrder } from "#features/billing/order.ts";
import { OrderSeats, OrderSum, pricedSeats, takenOf, usePay } from "#features/billing/order-form.tsx";
import { PlanPicker } from "#features/billing/plan-picker.tsx";
import { Gate } from "#features/failure/gate.tsx";
import { minimumOf, periods } from "#features/seats/text.ts";
import { usePlans } from "#features/seats/use-plans.ts";
import type { Organization } from "#lib/api.ts";
import { type Billing, billingQuery } from "#lib/billing.ts";
import { plural } from "#lib/format.ts";
import { useTitle } from "#lib/title.ts";
import { Button, buttonClass } from "#ui/button.tsx";
import { PageHeader } from "#ui/card.tsx";
import { CreateSteps, createButtons, createLayout, PreviewCard } from "./create-steps.tsx";

type Props = { organization: Organization; at: "seats" | "plan" };

/** Number of seats and billing period for a new organization; or neither, for now. */
export function BuySteps({ organization, at }: Props) {
  const billing = useQuery(billingQuery(organization.id));

  useTitle(at === "seats" ? "How many seats" : "Which plan");
  return <Gate query={billing}>{(data) => <Steps organization={organization} billing={data} at={at} />}</Gate>;
}

function Steps({ organization, billing, at }: Props & { billing: Billing }) {
  const { id, name } = organization;
  const { sold, freeSeats = 0 } = usePlans();
  const taken = takenOf(organization, billing);
  const { order, change } = useOrder(id, sold, minimumOf(taken), billing.checkout);
  const limit = { most: billing.maxSeats };
  const problem = seatsProblem(order.seats, taken, limit);
  const pay = usePay({ organizationId: id, order, blocked: problem });
  const navigate = useNavigate();

  function goOn(event: FormEvent) {
    event.preventDefault();
    if (problem === undefined && at === "seats") {
      void navigate({ to: "/organizations/new", search: { made: id, step: "plan" } });
    }
  }

  const seats = (
    <>
      <OrderSeats
        label={<span className="text-base font-semibold text-fg">Seats</span>}
        seats={order.seats}
        taken={taken}
        limit={limit}
        onChange={(next) => change({ seats: next })}
      />
      <Buttons organizationId={id} freeSeats={freeSeats}>
        <Button type="submit" variant="primary" size="large" blocked={problem}>
          Continue
        </Button>
      </Buttons>
    </>
  );
  const plan = (
    <div className="mt-2 grid gap-4">
      <PlanPicker
        sold={sold}
        seats={pricedSeats(order, taken, limit)}
        value={order.plan}
        onChange={(next) => change({ plan: next })}
      />
      {!isBeyond(order.seats, taken, limit) && <OrderSum order={order} sold={sold} trial={billing} />}
      {pay.refusal}
      <Buttons organizationId={id} freeSeats={freeSeats}>
        {pay.button}
      </Buttons>
    </div>
  );
  const back = (
    <span className="flex flex-wrap items-baseline justify-between gap-x-3">
      {plural(order.seats, "seat")}.
      <Link
        to="/organizations/new"
        search={{ made: id }}
        className="rounded-sm text-sm font-medium text-accent-text hover:underline"
      >
        Change<span className="sr-only"> the number of seats</span>
      </Link>
    </span>
  );

  return (
    <>
      <PageHeader
        title={at === "seats" ? "How many seats?" : "Which plan?"}
        description={`${name} is created. You can leave this page and come back later.`}
      />
      <div className={createLayout}>
        <form noValidate onSubmit={goOn} className="card p-5 sm:p-6">
          <CreateSteps
            at={at}
            parts={{
              name: { title: "Name", content: <span className="break-words">{name}</span> },
              seats: at === "seats" ? { content: seats } : { title: "Seats", content: back },
              plan: { title: "Plan", content: at === "plan" ? plan : `Paid ${listed(sold.map((one) => one.id))}.` },
              people: { title: "People", content: "Invite them when you have the seats, or later." },
            }}
          />
        </form>
        <PreviewCard
          id={id}
          name={name}
          seats={problem === undefined ? order.seats : undefined}
          plan={`${periods[order.plan].label} plan`}
        />
      </div>
    </>
  );
}

/** The free plan stays one click away. */
function Buttons(props: { organizationId: string; freeSeats: number; children: ReactNode }) {
  return (
    <div className={createButtons}>
      <Link
        to="/organizations/new"
        search={{ made: props.organizationId, step: "people" }}
        className={buttonClass({ size: "large" })}
      >
        Stay free with {plural(props.freeSeats, "seat")}
      </Link>
      {props.children}
    </div>
  );
}

function listed(plans: (keyof typeof periods)[]) {
  const words = plans.map((plan) => periods[plan].label.toLowerCase());
  return new Intl.ListFormat("en", { type: "disjunction" }).format(words);
}
