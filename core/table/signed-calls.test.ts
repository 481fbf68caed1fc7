import { Readable } from "node:stream";
import { Hash } from "@smithy/hash-node";
import { SignatureV4 } from "@smithy/signature-v4";
import { describe, expect, test } from "vitest";
import { type Caller, errorType, signedCalls } from "./signed-calls.ts";

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

const endpoint = async () => ({ protocol: "http:", hostname: "127.0.0.1", port: 8000, path: "/" });

describe("a call", () => {
  test("is signed with the date it is given, as the SDK's signer does", async () => {
    const { sent, caller: by } = caller([]);
    await signedCalls(endpoint, by, () => date)("GetItem", '{"a":"ü"}');
    const headers = {
      host: "127.0.0.1:8000",
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "DynamoDB_20120810.GetItem",
    };
    const signer = new SignatureV4({ region, credentials, sha256, service: "dynamodb", applyChecksum: false });
    const request = { method: "POST", protocol: "http:", hostname: "127.0.0.1", path: "/", headers, body: '{"a":"ü"}' };
    const expected = await signer.sign(request, { signingDate: date });
    expect(sent[0]?.headers).toEqual(expected.headers);
    expect(sent[0]?.headers["x-amz-date"]).toBe("20261128T120000Z");
  });

  test("is answered by a text, also if a letter is split between two parts", async () => {
    const bytes = Buffer.from('{"name":"Zoë"}');
    const { caller: by } = caller([bytes.subarray(0, 12), bytes.subarray(12)]);
    expect(await signedCalls(endpoint, by)("GetItem", "{}")).toEqual({ status: 200, text: '{"name":"Zoë"}' });
  });

  test("asks once where DynamoDB is", async () => {
    let asked = 0;
    const askedFor = () => {
      asked++;
      return endpoint();
    };
    const { sent, caller: by } = caller([]);
    const call = signedCalls(askedFor, by);
    await call("GetItem", "{}");
    await call("GetItem", "{}");
    expect([asked, sent.length]).toEqual([1, 2]);
  });
});

test("the type of an error is read with and without the namespace of its service", () => {
  expect(errorType({ __type: "com.amazonaws.dynamodb.v20120810#ThrottlingException" })).toBe("ThrottlingException");
  expect(errorType({ __type: "ThrottlingException" })).toBe("ThrottlingException");
  expect(errorType({})).toBe("");
});
