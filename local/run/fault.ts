import { AsyncLocalStorage } from "node:async_hooks";
import http from "node:http";
import { syncBuiltinESMExports } from "node:module";

const underHandler = new AsyncLocalStorage<true>();

/** Marks what a function does when a stream, a queue, the clock or a mail woke it. */
export function woken<Event, Context, Answer>(
  handler: (event: Event, context: Context) => Promise<Answer>,
): (event: Event, context: Context) => Promise<Answer> {
  return (event, context) => underHandler.run(true, () => handler(event, context));
}

/**
 * For tests of sudden death: `kill@N` ends this process by SIGKILL right before the N-th request that such functions
 * send to the table, the queues, the mail or Stripe.
 * @throws when the fault is written in another way
 */
export function armFault(fault: string | undefined): void {
  if (!fault) return;
  const number = Number(/^kill@([1-9]\d*)$/.exec(fault)?.[1]);
  if (Number.isNaN(number)) throw new Error(`MUSTER_FAULT must be kill@N with N from 1, not ${fault}.`);
  let calls = 0;
  http.request = new Proxy(http.request, {
    apply: (request, self, parameters) => {
      if (underHandler.getStore() && ++calls === number) process.kill(process.pid, "SIGKILL");
      return Reflect.apply(request, self, parameters);
    },
  });
  syncBuiltinESMExports();
}
