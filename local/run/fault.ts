import { AsyncLocalStorage } from "node:async_hooks";
import http from "node:http";
import { syncBuiltinESMExports } from "node:module";

const underHandler = new AsyncLocalStorage<string>();

/** Marks the work of a function that was invoked by a stream, a queue, the clock, a mail event or Stripe. */
export function markInvoked<Event, Context, Answer>(
  name: string,
  handler: (event: Event, context: Context) => Promise<Answer>,
): (event: Event, context: Context) => Promise<Answer> {
  return (event, context) => underHandler.run(name, () => handler(event, context));
}

/**
 * For crash tests: `kill@N` ends this process by SIGKILL right before the N-th request that such functions send to the
 * table, the queues, the mail or Stripe; `kill@N:NAME` counts the requests of the function of that name.
 * @throws if the fault has another form
 */
export function armFault(fault: string | undefined): void {
  if (!fault) return;
  const [, number, name] = /^kill@([1-9]\d*)(?::(\w+))?$/.exec(fault) ?? [];
  if (!number) throw new Error(`MUSTER_FAULT must be kill@N or kill@N:NAME with N from 1, not ${fault}.`);
  let calls = 0;
  http.request = new Proxy(http.request, {
    apply: (request, self, parameters) => {
      const under = underHandler.getStore();
      const counts = name ? under === name : under !== undefined;
      if (counts && ++calls === Number(number)) process.kill(process.pid, "SIGKILL");
      return Reflect.apply(request, self, parameters);
    },
  });
  syncBuiltinESMExports();
}
