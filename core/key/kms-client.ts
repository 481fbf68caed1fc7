import { type Caller, endpointOf, errorType, signedCalls } from "../base/signed-calls.ts";
import { Unreadable } from "../kernel/keys-port.ts";
import { now, pause } from "../kernel/ports.ts";
import { failures } from "./failures.ts";

const tries = 4;
const firstWaitMs = 50;
/** What KMS answers when the same request may succeed a moment later. */
const passing = /^(Throttling|LimitExceeded|KMSInternal|DependencyTimeout|KeyUnavailable)(Exception)?$/;

// Shapes

export type Answer = Record<string, string | undefined>;

// Functions

/**
 * Calls KMS with signed requests, through the connections of a client that is there anyway; docs/decisions/secrets.md
 * says why the client of KMS itself is left out.
 */
export function kmsClient(endpoint: URL, caller: Caller) {
  const service = { name: "kms", target: "TrentService", protocol: "1.1", endpoint: endpointOf(endpoint) } as const;
  const sendOnce = signedCalls(service, caller, now);
  return call;

  /** @throws Unreadable, key.unavailable */
  async function call(action: string, input: object): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      const { type, answer, cause } = await send(action, JSON.stringify(input));
      if (answer) return answer;
      if (/^(InvalidCiphertext|IncorrectKey)Exception$/.test(type)) throw new Unreadable("KMS cannot open this key.");
      if (!passing.test(type)) throw new Error(`KMS refuses ${action}: ${type}.`);
      if (attempt === tries) throw failures.unavailable({ cause: cause ?? new Error(`KMS answers ${type}.`) });
      await pause(Math.random() * firstWaitMs * 2 ** attempt);
    }
  }

  /** Returns what is answered, or the type of the error; a broken connection is like an error inside KMS. */
  async function send(action: string, body: string): Promise<{ type: string; answer?: Answer; cause?: unknown }> {
    try {
      const { status, text } = await sendOnce(action, body);
      const answer = JSON.parse(text || "{}") as Answer;
      if (status === 200) return { type: "", answer };
      return { type: status >= 500 ? "KMSInternalException" : errorType(answer) };
    } catch (cause) {
      return { type: "KMSInternalException", cause };
    }
  }
}

export function textOf(value: string | undefined): string {
  if (value === undefined) throw new Error("KMS returned no value.");
  return value;
}
