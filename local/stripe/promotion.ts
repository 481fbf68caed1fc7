import type Stripe from "stripe";
import { type Account, change, emit, mergeMetadata, newId, timeOf } from "./account.ts";
import { isWithin, type List, page } from "./list.ts";
import { after } from "./period.ts";
import { invalid, missing, unknown } from "./refusal.ts";
import type { Coupon, Discount, PromotionCode } from "./wire.ts";

/** The discounts that a request names. */
export type Named = {
  coupon?: string | undefined;
  promotion_code?: string | undefined;
  discount?: string | undefined;
};

export function createCoupon(account: Account, params: Stripe.CouponCreateParams): Coupon {
  const { state, contract } = account;
  refuseIncomplete(params);
  const coupon = contract.make("coupon", {
    id: params.id ?? newId("co").slice(3, 11),
    created: account.now(),
    amount_off: params.amount_off,
    percent_off: params.percent_off,
    currency: params.currency?.toLowerCase(),
    duration: params.duration ?? "once",
    duration_in_months: params.duration_in_months,
    max_redemptions: params.max_redemptions,
    metadata: mergeMetadata({}, params.metadata),
    name: params.name,
    redeem_by: params.redeem_by,
    valid: true,
  });
  if (state.coupons.has(coupon.id)) {
    throw invalid("Coupon already exists.", { code: "resource_already_exists", param: "id" });
  }
  state.coupons.set(coupon.id, coupon);
  emit(account, "coupon.created", coupon);
  return coupon;
}

/** A discount is of one kind, and some parameters go together. */
function refuseIncomplete({
  percent_off,
  amount_off,
  currency,
  duration,
  duration_in_months,
}: Stripe.CouponCreateParams) {
  if ((percent_off === undefined) === (amount_off === undefined)) {
    throw invalid("You must pass either `percent_off` or `amount_off`, and not both.", { param: "percent_off" });
  }
  if (amount_off !== undefined && currency === undefined) {
    throw invalid("You must pass `currency` when passing `amount_off`.", {
      code: "parameter_missing",
      param: "currency",
    });
  }
  if ((duration === "repeating") !== (duration_in_months !== undefined)) {
    throw invalid("`duration_in_months` goes with the duration `repeating`.", { param: "duration_in_months" });
  }
}

export function getCoupon(account: Account, id: string): Coupon {
  const coupon = account.state.coupons.get(id);
  if (!coupon) throw missing("coupon", id, "coupon");
  coupon.valid = isLeft(coupon) && !isPast(account, coupon.redeem_by);
  return coupon;
}

export function removeCoupon(account: Account, _params: object, id: string) {
  const coupon = getCoupon(account, id);
  account.state.coupons.delete(id);
  emit(account, "coupon.deleted", { ...coupon, valid: false });
  return { id, object: "coupon", deleted: true };
}

export function create(account: Account, params: Stripe.PromotionCodeCreateParams): PromotionCode {
  const { state, contract } = account;
  const { coupon = "" } = params.promotion;
  if (!state.coupons.has(coupon)) throw unknown("coupon", coupon, "promotion[coupon]");
  const code = params.code ?? newId("x").slice(2, 10).toUpperCase();
  const taken = [...state.promotionCodes.values()].some((one) => same(one.code, code) && fresh(account, one).active);
  if (taken) throw invalid(`An active promotion code with \`code: ${code}\` already exists.`, { param: "code" });
  const promotionCode = contract.make("promotion_code", {
    id: newId("promo"),
    created: account.now(),
    active: params.active ?? true,
    code,
    customer: params.customer,
    expires_at: params.expires_at,
    max_redemptions: params.max_redemptions,
    metadata: mergeMetadata({}, params.metadata),
    promotion: { coupon, type: "coupon" },
    restrictions: { first_time_transaction: false, minimum_amount: null, minimum_amount_currency: null },
  });
  state.promotionCodes.set(promotionCode.id, promotionCode);
  emit(account, "promotion_code.created", promotionCode);
  return promotionCode;
}

export function update(account: Account, params: Stripe.PromotionCodeUpdateParams, id: string): PromotionCode {
  const promotionCode = get(account, id);
  change(account, "promotion_code.updated", promotionCode, (one) => {
    one.active = params.active ?? one.active;
    one.metadata = mergeMetadata(one.metadata ?? {}, params.metadata);
  });
  return promotionCode;
}

export function get(account: Account, id: string): PromotionCode {
  const promotionCode = account.state.promotionCodes.get(id);
  if (!promotionCode) throw missing("promotion code", id, "promotion_code");
  return fresh(account, promotionCode);
}

export function list(account: Account, params: Stripe.PromotionCodeListParams): List<PromotionCode> {
  const wanted = [...account.state.promotionCodes.values()]
    .map((one) => fresh(account, one))
    .filter(
      ({ active, code, created, customer, promotion }) =>
        (params.active ?? active) === active &&
        (params.code === undefined || same(params.code, code)) &&
        (params.coupon ?? promotion.coupon) === promotion.coupon &&
        (params.customer ?? customer) === customer &&
        isWithin(created, params.created),
    );
  return page(wanted, "/v1/promotion_codes", params);
}

/**
 * Finds what a request names.
 * @throws Refusal if there is none, or this customer can no longer redeem it
 */
export function redeemable(account: Account, named: Named, param: string, customer: string | null) {
  const { state } = account;
  if (named.promotion_code !== undefined) {
    const found = state.promotionCodes.get(named.promotion_code);
    if (!found) throw unknown("promotion code", named.promotion_code, `${param}[promotion_code]`);
    const { active, promotion, customer: only } = fresh(account, found);
    if (!active || (only !== null && only !== customer)) {
      throw invalid("This promotion code cannot be redeemed: it is expired, used up or not active.", {
        code: "coupon_expired",
        param: `${param}[promotion_code]`,
      });
    }
    return { coupon: promotion.coupon ?? "", promotionCode: found.id };
  }
  const id = named.coupon ?? "";
  if (!state.coupons.has(id)) throw unknown("coupon", id, `${param}[coupon]`);
  if (!getCoupon(account, id).valid) {
    throw invalid(`Coupon expired: ${id}`, { code: "coupon_expired", param: `${param}[coupon]` });
  }
  return { coupon: id, promotionCode: null };
}

/** Redeems it once: the discount of a subscription. */
export function redeem(
  account: Account,
  { coupon: id, promotionCode }: { coupon: string; promotionCode: string | null },
  owner: { customer: string; subscription: string },
): Discount {
  const coupon = getCoupon(account, id);
  const discount = preview(account, { coupon: id, promotionCode }, owner);
  account.state.discounts.set(discount.id, discount);
  coupon.times_redeemed++;
  const code = promotionCode ? account.state.promotionCodes.get(promotionCode) : undefined;
  if (code) code.times_redeemed++;
  emit(account, "customer.discount.created", discount);
  return discount;
}

/** The discount as it would be, for a preview. */
export function preview(
  account: Account,
  { coupon: id, promotionCode }: { coupon: string; promotionCode: string | null },
  owner: { customer: string; subscription: string | null },
): Discount {
  const coupon = getCoupon(account, id);
  const start = timeOf(account, owner.customer);
  const months = coupon.duration === "repeating" ? (coupon.duration_in_months ?? 0) : 0;
  return account.contract.make("discount", {
    id: newId("di"),
    ...owner,
    promotion_code: promotionCode,
    source: { coupon: id, type: "coupon" },
    start,
    end: months > 0 ? after(start, { interval: "month", interval_count: 1 }, months) : null,
  });
}

/** The coupon of a discount that applies at an instant. */
export function couponAt({ state }: Account, discount: Discount, instant: number): Coupon | undefined {
  if (discount.end !== null && discount.end <= instant) return undefined;
  return state.coupons.get(discount.source.coupon ?? "");
}

/** Deactivates a code that can no longer be redeemed. */
function fresh(account: Account, one: PromotionCode): PromotionCode {
  const coupon = account.state.coupons.get(one.promotion.coupon ?? "");
  const usable = coupon && isLeft(coupon) && !isPast(account, coupon.redeem_by);
  // threat: a used-up promotion code works at Stripe's stand-in
  if (!usable || !isLeft(one) || isPast(account, one.expires_at)) one.active = false;
  return one;
}

const isLeft = ({ max_redemptions, times_redeemed }: { max_redemptions: number | null; times_redeemed: number }) =>
  max_redemptions === null || times_redeemed < max_redemptions;

const isPast = ({ now }: Account, instant: number | null) => instant !== null && instant <= now();

const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
