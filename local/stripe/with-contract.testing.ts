import { afterAll, beforeAll } from "vitest";
import { openContract, type TestStripe } from "./stripe.testing.ts";

/** Opens Stripe, or the stand-in, for the tests of a file. What neither side may do with the stand-in fails them. */
export function withContract(use: (opened: TestStripe) => void | Promise<void>): void {
  let opened: TestStripe;
  beforeAll(async () => {
    opened = await openContract();
    await use(opened);
  });
  afterAll(async () => {
    opened.server?.verify();
    await opened.stop();
  });
}

/** The same with a price of $10 a month. Returns what is open while the tests of the file run. */
export function withMonthly(): TestStripe & { monthly: string } {
  const on = {} as TestStripe & { monthly: string };
  withContract(async (opened) => {
    Object.assign(on, opened, { monthly: await opened.price(1_000) });
  });
  return on;
}
