import { SignatureV4, type SignatureV4CryptoInit, type SignatureV4Init } from "@smithy/signature-v4";
import { Unreadable } from "../kernel/keys-port.ts";
import { now, pause } from "../kernel/ports.ts";
import { failures } from "./failures.ts";

const tries = 4;
const firstWaitMs = 50;
/** What KMS answers when the same request may succeed a moment later. */
const passing = /^(Throttling|LimitExceeded|KMSInternal|DependencyTimeout|KeyUnavailable)(Exception)?$/;

// Shapes

type Sent = { method: string; protocol: string; hostname: string; path: string; headers: Record<string, string> };
type Received = { response: { statusCode: number; body: AsyncIterable<Uint8Array> } };

/** With whose credentials, in which region, and through which connections; any client of the SDK has it all. */
export type Caller = Pick<SignatureV4Init & SignatureV4CryptoInit, "region" | "credentials" | "sha256"> & {
  requestHandler: { handle: (request: never) => Promise<unknown> };
};

export type Answer = Record<string, string | undefined>;

// Functions

/**
 * Calls KMS with signed requests, through the connections of a client that is there anyway; docs/decisions/secrets.md
 * says why the client of KMS itself is left out.
 */
export function kmsClient(endpoint: URL, caller: Caller) {
  const signature = new SignatureV4({ ...caller, service: "kms" });
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
    const { protocol, hostname, host, port, pathname } = endpoint;
    const headers = { host, "content-type": "application/x-amz-json-1.1", "x-amz-target": `TrentService.${action}` };
    const request = { method: "POST", protocol, hostname, path: pathname, headers, body };
    const signed = await signature.sign(port ? { ...request, port: Number(port) } : request, { signingDate: now() });
    try {
      const { response } = (await caller.requestHandler.handle(signed as Sent as never)) as Received;
      const answer = JSON.parse(await textIn(response.body)) as Answer;
      if (response.statusCode === 200) return { type: "", answer };
      return { type: response.statusCode >= 500 ? "KMSInternalException" : typeOf(answer) };
    } catch (cause) {
      return { type: "KMSInternalException", cause };
    }
  }
}

/** Errors come with or without the namespace of the service. */
const typeOf = ({ __type = "" }: Answer) => __type.split("#").at(-1) ?? "";

async function textIn(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString() || "{}";
}

export function textOf(value: string | undefined): string {
  if (value === undefined) throw new Error("KMS returned no value.");
  return value;
}
