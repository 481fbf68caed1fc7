import { KMSClient } from "@aws-sdk/client-kms";
import { Unreadable } from "../kernel/keys-port.ts";
import type { Caller } from "../table/signed-calls.ts";
import { failures } from "./failures.ts";

/** Matches the errors of KMS after which the same request may succeed a moment later. */
const passing = /^(Throttling|LimitExceeded|KMSInternal|DependencyTimeout|KeyUnavailable)(Exception)?$/;
const maxAttempts = 4;

/** A key, and where KMS is, unless that is where AWS has it in the region of the key. */
export type Place = { arn: string; endpoint?: string | undefined };

/** Opens KMS in the region of a key. */
export const kmsClient = ({ arn, endpoint }: Place, caller: Caller): KMSClient =>
  new KMSClient({ ...caller, maxAttempts, region: arn.split(":")[3] ?? "", ...(endpoint && { endpoint }) });

/** Waits for an answer of KMS. @throws Unreadable, key.unavailable */
export const answered = <A>(asked: Promise<A>): Promise<A> =>
  asked.catch((cause: Error & { $metadata?: { httpStatusCode?: number } }) => {
    const { name, message, $metadata } = cause;
    if (/^(InvalidCiphertext|IncorrectKey)Exception$/.test(name)) throw new Unreadable("KMS cannot open this key.");
    // a connection that broke has no status
    const isPassing = passing.test(name) || ($metadata?.httpStatusCode ?? 500) >= 500;
    if (isPassing) throw failures.unavailable({ cause });
    throw new Error(`KMS refuses: ${name}: ${message}`, { cause });
  });

export function bytesOf(value: Uint8Array | undefined): Buffer {
  if (value === undefined) throw new Error("KMS returned no value.");
  return Buffer.from(value);
}
