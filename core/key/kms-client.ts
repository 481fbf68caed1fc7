import { type Caller, endpointOf } from "../base/signed-calls.ts";
import { awsCalls } from "../kernel/aws-calls.ts";
import { Unreadable } from "../kernel/keys-port.ts";
import { failures } from "./failures.ts";

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
  const send = awsCalls(service, caller, { tries: 4, firstWaitMs: 50, passing });

  /** @throws Unreadable, key.unavailable */
  return async (action: string, input: object): Promise<Answer> => {
    const outcome = await send<Answer>(action, input);
    if ("answer" in outcome) return outcome.answer;
    const { refusal, isPassing, cause = new Error(`KMS answers ${refusal}.`) } = outcome;
    if (/^(InvalidCiphertext|IncorrectKey)Exception$/.test(refusal)) throw new Unreadable("KMS cannot open this key.");
    if (isPassing) throw failures.unavailable({ cause });
    throw new Error(`KMS refuses ${action}: ${refusal}.`);
  };
}

export function textOf(value: string | undefined): string {
  if (value === undefined) throw new Error("KMS returned no value.");
  return value;
}
