import { Readable } from "node:stream";
import { Hash } from "@smithy/hash-node";
import { SignatureV4 } from "@smithy/signature-v4";
import { describe, expect, test } from "vitest";
import { type Caller, endpointOf, errorType, signedCalls } from "./signed-calls.ts";

type Sent = { path: string; port?: number; headers: Record<string, string>; body: string };

const date = new Date("2026-11-28T12:00:00Z");
const sha256 = Hash.bind(null, "sha256");
const region = "eu-central-1";
const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };

function caller(chunks: Buffer[]) {
  const sent: Sent[] = [];
  const handle = async (request: Sent) => {
    sent.push(request);
    return { response: { statusCode: 200, body: Readable.from(chunks, { objectMode: false }) } };
  };
  return { sent, caller: { region, credentials, sha256, requestHandler: { handle } } as unknown as Caller };
}

const service = {
  name: "kms",
  target: "TrentService",
  protocol: "1.1",
  endpoint: endpointOf(new URL("http://127.0.0.1:8000/")),
} as const;

describe("a call", () => {
  test("is signed with the date it is given, as the SDK's signer does", async () => {
    const { sent, caller: by } = caller([]);
    await signedCalls(service, by, () => date)("Decrypt", '{"a":"ü"}');
    const headers = {
      host: "127.0.0.1:8000",
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "TrentService.Decrypt",
    };
    const signer = new SignatureV4({ region, credentials, sha256, service: "kms", applyChecksum: false });
    const request = { method: "POST", protocol: "http:", hostname: "127.0.0.1", path: "/", headers, body: '{"a":"ü"}' };
    const expected = await signer.sign(request, { signingDate: date });
    expect(sent[0]?.headers).toEqual(expected.headers);
    expect(sent[0]?.headers["x-amz-date"]).toBe("20261128T120000Z");
  });

  test("is answered by a text, also if a letter is split between two parts", async () => {
    const bytes = Buffer.from('{"name":"Zoë"}');
    const { caller: by } = caller([bytes.subarray(0, 12), bytes.subarray(12)]);
    expect(await signedCalls(service, by)("Decrypt", "{}")).toEqual({ status: 200, text: '{"name":"Zoë"}' });
  });

  test("asks once where the service is", async () => {
    let asked = 0;
    const endpoint = async () => {
      asked++;
      return service.endpoint;
    };
    const { sent, caller: by } = caller([]);
    const call = signedCalls({ ...service, endpoint }, by);
    await call("Decrypt", "{}");
    await call("Decrypt", "{}");
    expect([asked, sent.length]).toEqual([1, 2]);
  });
});

test("an endpoint on a default port names none", () => {
  expect(endpointOf(new URL("https://kms.eu-central-1.amazonaws.com/"))).toEqual({
    protocol: "https:",
    hostname: "kms.eu-central-1.amazonaws.com",
    path: "/",
  });
});

test("the type of an error is read with and without the namespace of its service", () => {
  expect(errorType({ __type: "com.amazonaws.kms#DisabledException" })).toBe("DisabledException");
  expect(errorType({ __type: "DisabledException" })).toBe("DisabledException");
  expect(errorType({})).toBe("");
});
