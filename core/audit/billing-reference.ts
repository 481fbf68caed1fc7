// What the reference of events says of payment.

const plan = "The plan: monthly, quarterly, or yearly.";
const change = {
  operation: "The change.",
  from: "Seats of the subscription before.",
  to: "Seats of the subscription after.",
  plan,
  granted: "Seats that the operator granted beside them. Missing in events of earlier releases.",
};
const sides = {
  before: "The billing status and seats before, if they changed.",
  after: "The billing status and seats after.",
};

export const billingReference = {
  "billing.automatic_seats_changed": {
    when: "An owner turns automatic seats on or off, or changes them; or they end with the subscription.",
    data: {
      from: "The limit before. Missing if it was off.",
      to: "The limit after. Missing if it is off.",
      spare: "How many seats are kept free.",
    },
  },
  "billing.automatic_seats_stopped": {
    when: "Seats that were needed are not added automatically.",
    data: {
      operation: "The change. Missing if there is none, because there were too many that day.",
      seats: "How many.",
      reason:
        "Its payment is waited for, Stripe declined it, it was not paid, or there were too many changes that day.",
    },
  },
  "billing.cancel_requested": {
    when: "An owner or admin cancels the subscription.",
    data: { periodEnd: "When the paid period ends." },
    logOnly: true,
  },
  "billing.checkout_started": {
    when: "An owner or admin starts to buy seats.",
    data: { plan, seats: "How many seats." },
  },
  "billing.updated": {
    when: "Muster copies the state of the subscription from Stripe.",
    data: { before: "The billing status, seats, and payment method before.", after: "The same after." },
  },
  "billing.discount_requested": {
    when: "An owner or admin uses a discount code.",
    data: { code: "The code." },
    logOnly: true,
  },
  "billing.duplicate_canceled": {
    when: "Muster cancels a second subscription of the same organization, or a bank pays for a change that Stripe had dropped.",
    data: {
      kept: "The Stripe subscription that stays.",
      canceled: "The subscriptions that were canceled. None for a dropped change.",
      paid: "The payments, which can be refunded: invoice, amount in the smallest unit, and currency. Missing if there were none.",
    },
  },
  "billing.duplicate_refunded": {
    when: "The operator refunds the payment for a second subscription, or for a change that Stripe had dropped.",
    data: {
      invoice: "The invoice that was paid.",
      amount: "What was returned, in the smallest unit of the currency.",
      currency: "The currency.",
      to: "The `card` that paid, the `balance` that the next invoices use, or `elsewhere`.",
    },
  },
  "billing.resize_started": {
    when: "An owner or admin, or automatic seats, change seats or plan, before the change is sent to Stripe.",
    data: change,
  },
  "billing.resize_dropped": {
    when: "A change of seats or plan ends without effect.",
    data: {
      ...change,
      ...sides,
      by: "Who requested it, or `automatic`.",
      reason: "Stripe declined it, it was not paid, or the subscription ended.",
    },
  },
  "billing.resized": {
    when: "A change of seats or plan takes effect.",
    data: {
      ...change,
      ...sides,
      by: "Who requested it, or `automatic`.",
      shown: "The price that was shown.",
      charged: "What was charged.",
    },
  },
  "billing.seat_request_approved": {
    when: "The seats that a member requested are bought.",
    data: {
      account: "Who requested them.",
      seats: "How many.",
      by: "Who approved it, or `automatic`.",
      operation: "The id of the change of seats.",
      charged: "What was charged.",
    },
  },
  "billing.seat_request_declined": {
    when: "An owner or admin declines a request for seats.",
    data: { account: "Who requested them.", seats: "How many." },
  },
  "billing.seat_request_revoked": {
    when: "A member revokes a request for seats.",
    data: { seats: "How many." },
    logOnly: true,
  },
  "billing.seats_requested": {
    when: "A member requests seats from those who can buy them.",
    data: { seats: "How many." },
  },
  "billing.resume_requested": { when: "An owner or admin resumes a canceled subscription.", data: {}, logOnly: true },
  "billing.trial_ending": { when: "A trial ends in three days.", data: { trialEnd: "When the trial ends." } },
} as const;
