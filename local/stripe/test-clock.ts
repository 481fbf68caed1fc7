import type Stripe from "stripe";
import { type Account, day, newId } from "./account.ts";
import { catchUp } from "./due.ts";
import { type List, page } from "./list.ts";
import { invalid, missing } from "./refusal.ts";
import { removeCustomer } from "./removal.ts";
import type { TestClock } from "./wire.ts";

const livesDays = 30;

export function create(account: Account, params: Stripe.TestHelpers.TestClockCreateParams): TestClock {
  const clock = account.contract.make("test_helpers.test_clock", {
    id: newId("clock"),
    created: account.now(),
    deletes_after: account.now() + livesDays * day,
    frozen_time: params.frozen_time,
    name: params.name,
    status: "ready",
    status_details: {},
  });
  account.state.testClocks.set(clock.id, clock);
  return clock;
}

export function get({ state }: Account, id: string): TestClock {
  const clock = state.testClocks.get(id);
  if (!clock) throw missing("test clock", id);
  return clock;
}

export const list = ({ state }: Account, params: Stripe.TestHelpers.TestClockListParams): List<TestClock> =>
  page([...state.testClocks.values()], "/v1/test_helpers/test_clocks", params);

/** Answers before it has happened, like Stripe; the next request finds it ready. */
export function advance(account: Account, params: Stripe.TestHelpers.TestClockAdvanceParams, id: string): TestClock {
  const clock = get(account, id);
  const { frozen_time } = params;
  if (frozen_time <= clock.frozen_time) {
    throw invalid("The test clock can only move forwards.", { param: "frozen_time" });
  }
  const answer = {
    ...clock,
    status: "advancing",
    status_details: { advancing: { target_frozen_time: frozen_time } },
  };
  catchUp(account, frozen_time, clock);
  clock.frozen_time = frozen_time;
  return answer;
}

/** Its customers and their subscriptions are deleted with it. */
export function remove(account: Account, _params: object, id: string) {
  const { state } = account;
  const clock = get(account, id);
  for (const customer of state.customers.values()) {
    if (customer.test_clock === clock.id) removeCustomer(account, {}, customer.id);
  }
  state.testClocks.delete(id);
  return { id, object: "test_helpers.test_clock", deleted: true };
}
