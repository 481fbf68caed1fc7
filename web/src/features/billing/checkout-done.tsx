import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck, Landmark, TriangleAlert, UserPlus } from "lucide-react";
import { type ReactNode, type Ref, useEffect, useState } from "react";
import { Gate } from "#features/failure/gate.tsx";
import { isRefused, processingText, refusedText } from "#features/seats/processing.ts";
import { isPeriod, isSubscribed, periods } from "#features/seats/text.ts";
import { useKeep } from "#features/seats/use-keep.ts";
import type { Organization } from "#lib/api.ts";
import { type Billing, confirmCheckout } from "#lib/billing.ts";
import { useNow } from "#lib/clock.ts";
import { ApiError, offline } from "#lib/failure.ts";
import { focusNow } from "#lib/focus.ts";
import { plural } from "#lib/format.ts";
import { pageOf } from "#lib/page-of.ts";
import { organizationQuery } from "#lib/queries.ts";
import { useTitle } from "#lib/title.ts";
import { useMoney } from "#lib/use-money.ts";
import { buttonClass } from "#ui/button.tsx";
import { forgetOrder } from "./order.ts";

const eagerMs = 2_000;
const calmMs = 15_000;
/** After this long, nobody should have to wait here. */
const patienceMs = 30_000;

/** The page that Stripe returns to: shows the status of the payment, and polls until it is known. */
export function CheckoutDone({ organizationId, session }: { organizationId: string; session: string }) {
  const organization = useQuery(organizationQuery(organizationId));
  const keep = useKeep(organizationId);
  const found = useQuery({
    queryKey: ["organization", organizationId, "checkout", session],
    queryFn: () => confirmCheckout(organizationId, session),
    staleTime: 0,
    refetchInterval: ({ state: { data, error, dataUpdateCount, errorUpdateCount } }) => {
      const isKnown = data === undefined ? error !== null && !isPassing(error) : isAnswered(data);
      return !isKnown && ((dataUpdateCount + errorUpdateCount) * eagerMs < patienceMs ? eagerMs : calmMs);
    },
  });
  const isPaid = found.data !== undefined && isSubscribed(found.data);

  const isOver = found.data !== undefined && isRefused(found.data);
  useTitle(isPaid ? "Payment received" : isOver ? "Payment refused" : "Payment processing");
  useEffect(() => {
    if (found.data !== undefined && isAnswered(found.data)) {
      forgetOrder(organizationId);
      keep(found.data);
    }
  }, [organizationId, keep, found.data]);

  return (
    <Gate query={found.error !== null && isPassing(found.error) ? { ...found, error: null } : found}>
      {found.data !== undefined && isPaid && organization.data ? (
        <Paid organization={organization.data} billing={found.data} />
      ) : found.data?.processing ? (
        <Debited organizationId={organizationId} processing={found.data.processing} />
      ) : found.data !== undefined && isRefused(found.data) ? (
        <Refused organizationId={organizationId} />
      ) : (
        <Processing organizationId={organizationId} isUnreachable={found.isError} />
      )}
    </Gate>
  );
}

const isAnswered = (billing: Billing) =>
  isSubscribed(billing) || billing.processing !== undefined || isRefused(billing);

/** It was already paid at Stripe, so this waits for a server that is briefly unavailable. */
const isPassing = (error: Error) => error instanceof ApiError && (error.code === offline || error.status >= 500);

function Paid({ organization: { id, name }, billing }: { organization: Organization; billing: Billing }) {
  const params = { organization: id };
  const { capacity, committed } = billing.seats;
  const free = Math.max(0, capacity - committed);
  const plan = isPeriod(billing.plan) ? `${periods[billing.plan].label} plan. ` : "";
  return (
    <Frame
      mark={<CircleCheck aria-hidden className="size-7 text-success-text" />}
      title={`${name} has ${plural(capacity, "seat")}`}
      actions={
        <>
          <Link
            to="/organizations/$organization"
            params={params}
            search={{ dialog: "invite" }}
            ref={focusNow}
            className={buttonClass({ variant: "primary", size: "large" })}
          >
            <UserPlus />
            Invite people
          </Link>
          <Link to="/organizations/$organization" params={params} className={buttonClass({ size: "large" })}>
            Skip for now
          </Link>
          <Link
            to="/organizations/$organization/billing"
            params={params}
            className={buttonClass({ variant: "ghost", size: "large" })}
          >
            See billing
          </Link>
        </>
      }
    >
      {plan}
      {billing.billingStatus === "trialing" ? "The trial has started." : "Thank you for your payment."}{" "}
      {free > 0 && `${plural(free, "seat is", "seats are")} available for the people you invite.`}
    </Frame>
  );
}

/** The bank answers in some days, so nobody waits here. */
function Debited(props: { organizationId: string; processing: NonNullable<Billing["processing"]> }) {
  const money = useMoney();
  return (
    <Frame
      mark={<Landmark aria-hidden className="size-6 text-fg-2" />}
      title="Payment processing"
      actions={<Onward organizationId={props.organizationId} ref={focusNow} />}
    >
      {processingText(props.processing, money)} The seats are added when it arrives, and you are never charged twice.
    </Frame>
  );
}

/** The invoice stays open, on the billing page. */
function Refused({ organizationId }: { organizationId: string }) {
  return (
    <Frame
      mark={<TriangleAlert aria-hidden className="size-6 text-warning-text" />}
      title="Payment refused"
      actions={
        <Link
          {...pageOf(organizationId, "/billing")}
          ref={focusNow}
          className={buttonClass({ variant: "primary", size: "large" })}
        >
          See billing
        </Link>
      }
    >
      {refusedText}
    </Frame>
  );
}

function Processing({ organizationId, isUnreachable }: { organizationId: string; isUnreachable: boolean }) {
  const isLong = useIsLong();
  return (
    <Frame
      mark={<span aria-hidden className="spinner size-6 text-fg-3" />}
      title="Payment processing"
      actions={isLong && <Onward organizationId={organizationId} />}
    >
      {isUnreachable
        ? "The server can’t be reached right now. Your payment is not lost: this page continues automatically."
        : isLong
          ? "Your bank is taking a while. You don’t need to wait here: the seats are available as soon as the payment arrives, and you are never charged twice."
          : "Waiting for Stripe’s confirmation. This page updates automatically."}
    </Frame>
  );
}

/** Links the next pages while a payment takes its time. */
function Onward({ organizationId, ref }: { organizationId: string; ref?: Ref<HTMLAnchorElement> }) {
  const params = { organization: organizationId };
  return (
    <>
      <Link
        to="/organizations/$organization"
        params={params}
        ref={ref}
        className={buttonClass({ variant: "primary", size: "large" })}
      >
        Continue
      </Link>
      <Link to="/organizations/$organization/billing" params={params} className={buttonClass({ size: "large" })}>
        See billing
      </Link>
    </>
  );
}

function useIsLong() {
  const now = useNow("second");
  const [since] = useState(() => Date.now());
  return now - since > patienceMs;
}

type FrameProps = { mark: ReactNode; title: string; actions: ReactNode; children: ReactNode };

function Frame({ mark, title, actions, children }: FrameProps) {
  return (
    <div className="rise mx-auto grid max-w-[520px] justify-items-center py-12 text-center sm:py-20">
      <span className="grid size-14 place-items-center rounded-full border border-border bg-surface shadow-1">
        {mark}
      </span>
      <div aria-live="polite">
        <h1 className="mt-5 text-xl font-semibold">{title}</h1>
        <p className="mt-1.5 text-fg-2 text-pretty">{children}</p>
      </div>
      {actions && (
        <div className="mt-6 flex flex-wrap justify-center gap-2 max-sm:w-full max-sm:*:w-full">{actions}</div>
      )}
    </div>
  );
}
