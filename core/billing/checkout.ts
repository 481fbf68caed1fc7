import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";
import { hourSeconds } from "../base/duration.ts";
import { failure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import type { Member } from "../kernel/actor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { begin as beginOnce } from "../kernel/idempotency.ts";
import { instant, plans, settings, stripe, table } from "../kernel/ports.ts";
import { type StripeCheckout, StripeError } from "../kernel/stripe-port.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Plan from "../plan/plan.ts";
import { periods } from "../plan/shape.ts";
import { all, atLeast, check, equal, not, when } from "../table/table.ts";
import { failures as billingFailures, describe, Info, needStripe, own } from "./billing.ts";
import { expireAll } from "./commands.ts";
import { becomeCustomer } from "./customer.ts";
import { hasPaidNothing, isProcessing } from "./debit.ts";
import * as Dirty from "./dirty.ts";
import { BillingCheckoutStarted } from "./events.ts";
import { billingKeys } from "./keys.ts";
import { checkoutHours } from "./limits.ts";
import { reconcileOne } from "./reconcile.ts";
import { type Checkout, isLive, type Row, failures as rowFailures, rowOf } from "./row.ts";
import { save } from "./save.ts";
import { failureOf, failures as seatFailures, tooFew, tooMany } from "./seat-failures.ts";
import { Seats } from "./shape.ts";
import { fewestOf } from "./status.ts";
import * as Trials from "./trials/trials.ts";

/** Stripe ends a checkout after a day at the latest; an hour less leaves time for late answers. */
const lifetimeSeconds = checkoutHours * hourSeconds;
/** One that expires sooner is not returned anymore. */
const minSeconds = 600;
const unreadText =
  "Stripe does not say what was already paid, so no other checkout is opened. The operator of this service was told.";

// Failures

export const failures = {
  subscribed: failure("conflict", "billing.already_subscribed", "This organization already has a subscription."),
  frozen: failure("limit", "billing.frozen", "This organization can't buy seats right now."),
  strange: failure("missing", "billing.checkout_missing", "Checkout not found."),
};

const { unsold, committed, limited, processing, unavailable, refused } = seatFailures;
const { unconfigured, misconfigured } = billingFailures;
const buying = [
  unconfigured,
  misconfigured,
  ...Object.values(failures),
  unsold,
  committed,
  limited,
  processing,
  unavailable,
  refused,
  rowFailures.moved,
  Event.failures.repeated,
];

// Functions

/**
 * Returns the page to pay for a plan. An organization has one open checkout: the same request returns the same one, and
 * another request ends it first. The request is stored before it is sent to Stripe.
 */
export const checkout = fn(
  "billing.checkout",
  {
    input: v.strictObject({
      /** The plan to buy. */
      plan: v.picklist(periods),
      seats: Seats,
    }),
    output: v.object({
      /** The page of Stripe to pay on. */
      url: v.string(),
      /** The time that page expires. */
      expiresAt: v.string(),
    }),
    failures: buying,
    reads: own,
  },
  async ({ plan, seats }, actor, [organizationRow, billing]) => {
    await needStripe();
    const price = Plan.paidPlan(plan)?.price;
    if (!price) throw unsold();
    if (!organizationRow || organizationRow.state === "deleted") throw failures.frozen();
    const known = rowOf(billing);
    // threat: a second checkout begins while a bank processes the first payment
    if (known && isProcessing(known)) throw processing();
    if (isSubscribed(known)) throw subscribed(known);
    // threat: somebody buys more than is sold without the operator
    if (seats > Plan.seatLimit()) throw tooMany();
    const minimum = fewestOf(organizationRow);
    if (seats < minimum) throw tooFew(organizationRow);
    const wish = { plan, price, seats, ...settingsNow() };
    try {
      // threat: a customer who was deleted at Stripe never buys again
      const isThere = known !== undefined && (await stripe().hasCustomer(known.customer));
      const row = isThere
        ? known
        : await becomeCustomer(known, { organizationRow, actor, isThere: stillThere(actor.organization) });
      return (await begunPage(actor, row, wish)) ?? (await newPage(actor, { ...wish, minimum }));
    } catch (error) {
      throw failureOf(error);
    }
  },
);

const isSubscribed = (row: Row | undefined): boolean => row?.mirror !== undefined && isLive(row.mirror);

/** Returns the page of the open checkout, if it is the same as the wish. Another one is ended. */
async function begunPage(actor: Member, row: Row, wish: Omit<Wish, "trialDays" | "maximum">) {
  const trial = await Trials.trialFor(actor, row);
  const trialDays = Trials.stateOf(trial, actor.organization) === "free" ? trialDaysOf(row, wish.seats) : 0;
  if (!row.checkout) return;
  const isWanted =
    isFor({ ...wish, trialDays, maximum: maximumOf(trialDays) }, row.checkout) && isLasting(row.checkout);
  return isWanted ? await pageOf(actor, row, row.checkout) : await close(actor, row);
}

async function newPage(actor: Member, wish: Parameters<typeof begin>[2]) {
  const current = rowOf(await table.get(billingKeys.billing(actor.organization)));
  if (!current || isSubscribed(current)) throw subscribed(current);
  const next = await begin(actor, current, wish);
  const page = next.checkout && (await pageOf(actor, next, next.checkout));
  if (!page) throw unavailable();
  return page;
}

/** Returns the status of a checkout when somebody comes back from it: often before Stripe's webhook arrives. */
export const confirm = fn(
  "billing.confirm",
  {
    input: v.strictObject({
      /** The id of the checkout at Stripe, which its page adds to the return address. */
      checkout: v.pipe(v.string(), v.regex(/^cs_\w{1,200}$/, "Expected the id of a checkout.")),
    }),
    output: Info,
    failures: [failures.strange, unconfigured, misconfigured, unavailable, refused],
    reads: own,
  },
  async ({ checkout: id }, actor, [, billing]) => {
    await needStripe();
    const customer = rowOf(billing)?.customer;
    const found = await stripe()
      .checkout(id)
      .catch((error: unknown) => {
        throw error instanceof StripeError && error.outcome === "refused" ? failures.strange() : failureOf(error);
      });
    // threat: a checkout of somebody else is confirmed
    if (!customer || found.customer !== customer) throw failures.strange();
    await reconcileOne(actor.organization, actor);
    const [organizationRow, now] = await table.getMany(own({}, actor));
    return describe(organizationRow, now, await Trials.trialFor(actor, rowOf(now)));
  },
);

/** Says what to do if the subscription has not begun, since a bank has refused its first payment. */
const subscribed = (row: Row | undefined) =>
  // threat: nobody says what to do after a first payment was refused
  row?.debit?.hasFailed && hasPaidNothing(row)
    ? failures.subscribed({
        message:
          "The bank refused the first payment for this subscription. Pay its invoice with another payment method.",
      })
    : failures.subscribed();

async function begin(
  actor: Member,
  row: Row,
  wish: Omit<Checkout, "name" | "by" | "maximum" | "trialDays" | "trial" | "expiresAt" | "session">,
): Promise<Row> {
  const name = ID.create("operation");
  const expiresAt = instant(lifetimeSeconds);
  const offered = trialDaysOf(row, wish.seats);
  const held = offered > 0 ? await Trials.claim(actor, { name, customer: row.customer, expiresAt }) : undefined;
  const tried = held ? { trialDays: offered, trial: actor.address } : { trialDays: 0 };
  const maximum = maximumOf(tried.trialDays);
  const checkout: Checkout = { name, by: actor.account, ...wish, ...tried, maximum, expiresAt };
  await table.write(
    save(actor.organization, row, { ...row, checkout }),
    stillThere(actor.organization, wish.seats),
    BillingCheckoutStarted.record(actor.organization, { plan: wish.plan, seats: wish.seats }, actor),
    Dirty.mark(actor.organization),
    ...(held ?? []),
    ...beginOnce(),
  );
  return { ...row, checkout, version: row.version + 1 };
}

/** Returns the page of a stored checkout: the same request with the same key makes the same one. */
async function pageOf(actor: Member, row: Row, wish: Checkout) {
  const found = wish.session ? await stripe().checkout(wish.session) : await make(actor, row, wish);
  if (!found?.isOpen || !found.url) {
    await close(actor, row);
    return;
  }
  if (!wish.session) {
    const known = { ...row, checkout: { ...wish, session: found.id } };
    await table.write(save(actor.organization, row, known));
  }
  return { url: found.url, expiresAt: wish.expiresAt };
}

/** Stripe would repeat an error that it stored under the key, so this looks for what was actually created. */
async function make({ organization }: Member, { customer }: Row, wish: Checkout): Promise<StripeCheckout | undefined> {
  const address = `${settings().siteUrl}/organizations/${organization}/billing`;
  const order = {
    customer,
    organization,
    by: wish.by,
    name: wish.name,
    price: wish.price,
    quantity: wish.seats,
    minimum: wish.minimum,
    maximum: wish.maximum ?? maximumOf(wish.trialDays),
    trialDays: wish.trialDays,
    expiresAt: wish.expiresAt,
    successUrl: `${address}?session={CHECKOUT_SESSION_ID}`,
    cancelUrl: address,
    // threat: a checkout offers ways to pay that are not configured
    methodTypes: wish.methodTypes,
    // threat: tax is collected where it is turned off
    tax: wish.tax === true,
  };
  try {
    return await stripe().openCheckout(order, wish.name);
  } catch (error) {
    if (!(error instanceof StripeError) || error.outcome !== "failed") throw error;
    return (await stripe().openCheckouts(customer)).find(({ name }) => name === wish.name);
  }
}

/**
 * Ends a checkout, unless it was just paid: then the subscription is copied.
 * @throws billing.unavailable if Stripe expires it not or does not answer, and billing.refused if an operator must look
 * at what was paid: a second checkout could be paid, too
 */
async function close(actor: Member, row: Row): Promise<undefined> {
  // threat: two checkouts of an organization can both be paid
  if (!(await expireAll(row.customer))) throw unavailable();
  const { result, isUnread } = await reconcileOne(actor.organization, actor);
  // threat: a paid checkout is forgotten where Stripe refuses to say so
  if (isUnread) throw refused({ message: unreadText });
  // threat: a paid checkout is forgotten where Stripe does not answer
  if (result === "waiting") throw unavailable();
  const current = rowOf(await table.get(billingKeys.billing(actor.organization)));
  if (!current?.checkout || current.checkout.name !== row.checkout?.name) return;
  const { checkout: _, ...rest } = current;
  await table.write(save(actor.organization, current, rest), ...(await Trials.release(current.checkout, undefined)));
}

function stillThere(organization: ID.ID<"organization">, seats?: number) {
  const there = not(equal("state", "deleted"));
  const condition = seats === undefined ? there : all(there, atLeast("owners", 1));
  return check(organizationKeys.organization(organization), when(condition, failures.frozen));
}

/** The settings that a checkout is opened with besides the request. */
const settingsNow = (): Pick<Checkout, "methodTypes" | "tax"> => {
  const { methodTypes, tax } = plans();
  return { ...(methodTypes && { methodTypes: [...methodTypes] }), ...(tax && { tax: true }) };
};

/** Only a first and small subscription begins with a trial. */
function trialDaysOf({ mirror }: Row, seats: number): number {
  // threat: a trial has as many seats as somebody likes
  return mirror || seats > Plan.trialSeatLimit() ? 0 : plans().trialDays;
}

// threat: a trial grows on Stripe's page
/** Returns up to how many seats can be chosen on Stripe's page. */
const maximumOf = (trialDays: number): number => (trialDays > 0 ? Plan.trialSeatLimit() : Plan.seatLimit());

type Wish = Pick<Checkout, "price" | "seats" | "maximum" | "trialDays" | "methodTypes" | "tax">;

const isFor = ({ price, seats, maximum, trialDays, methodTypes, tax }: Wish, other: Wish) =>
  price === other.price &&
  seats === other.seats &&
  // threat: a page of Stripe is returned that sells more than is sold by now without the operator
  maximum === other.maximum &&
  // threat: a checkout is returned that begins otherwise than the page says
  trialDays === other.trialDays &&
  // threat: a checkout without taxes is paid after they were turned on
  tax === other.tax &&
  // threat: a checkout offers a way to pay that was removed
  isDeepStrictEqual(methodTypes, other.methodTypes);

const isLasting = ({ expiresAt }: Checkout) => expiresAt > instant(minSeconds);
