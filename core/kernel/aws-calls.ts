import { type Caller, errorType, type Service, signedCalls } from "../base/signed-calls.ts";
import { now, pause } from "./ports.ts";

/**
 * What a service answered: a value, or the type of its error, and whether the same request may succeed later. A
 * connection that broke has no type, but a cause.
 */
export type Outcome<A> = { answer: A } | { refusal: string; isPassing: boolean; cause?: unknown };

type Options = {
  /** How often a request is sent at most. */
  tries: number;
  firstWaitMs: number;
  /** Types of errors that pass, as broken connections and errors inside the service do. */
  passing: RegExp;
};

/** Calls a service of AWS, and repeats requests whose failure passes. */
export function awsCalls(service: Service, caller: Caller, { tries, firstWaitMs, passing }: Options) {
  const send = signedCalls(service, caller, now);

  return async <A>(operation: string, input: object): Promise<Outcome<A>> => {
    for (let attempt = 1; ; attempt++) {
      const outcome = await once<A>(operation, JSON.stringify(input));
      if ("answer" in outcome || !outcome.isPassing || attempt === tries) return outcome;
      await pause(Math.random() * firstWaitMs * 2 ** attempt);
    }
  };

  async function once<A>(operation: string, body: string): Promise<Outcome<A>> {
    try {
      const { status, text } = await send(operation, body);
      const answer = JSON.parse(text || "{}") as A & { __type?: string };
      if (status === 200) return { answer };
      const refusal = errorType(answer) || `status ${status}`;
      return { refusal, isPassing: status >= 500 || passing.test(refusal) };
    } catch (cause) {
      return { refusal: "nothing", cause, isPassing: true };
    }
  }
}
