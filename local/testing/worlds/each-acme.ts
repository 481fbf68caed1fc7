import { afterEach, beforeEach } from "vitest";
import { openAcme } from "./billing.ts";

type Opened = Awaited<ReturnType<typeof openAcme>>;

/** Opens Acme for each test of a file. What neither side may do with the stand-in fails the test. */
export function eachAcme(use: (opened: Opened) => void, seats = 0): void {
  let opened: Opened;
  beforeEach(async () => {
    opened = await openAcme(seats);
    use(opened);
  });
  afterEach(async () => {
    opened.billing.server.verify();
    await opened.billing.stop();
  });
}
