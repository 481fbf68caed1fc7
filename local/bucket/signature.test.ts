import { describe, expect, test } from "vitest";
import { dechunk } from "./chunked.ts";
import type { ParsedRequest } from "./parsed-request.ts";
import type { Refusal } from "./refusal.ts";
import { verify, verifyPolicy } from "./signature.ts";

/** The examples that AWS publishes for Signature Version 4 on S3. */
const credentials = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
const at = Date.parse("2013-05-24T00:00:00Z");
const authority = (now = at) => ({ credentials, region: "us-east-1", now: () => now });
const host = "examplebucket.s3.amazonaws.com";
const nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const scope = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request";

function parsed(
  method: string,
  path: string,
  headers: Record<string, string>,
  pairs: [string, string][] = [],
): ParsedRequest {
  const said = { host, ...headers };
  return { method, path, pairs, query: new Map(pairs), headers: said, bucket: "examplebucket", key: path.slice(1) };
}

const authorization = (signedHeaders: string, signature: string) =>
  `AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=${signedHeaders},Signature=${signature}`;

const examples: Record<string, ParsedRequest> = {
  "a part of an object": parsed("GET", "/test.txt", {
    range: "bytes=0-9",
    "x-amz-content-sha256": nothing,
    "x-amz-date": "20130524T000000Z",
    authorization: authorization(
      "host;range;x-amz-content-sha256;x-amz-date",
      "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    ),
  }),
  "an object that is put": parsed("PUT", "/test$file.text", {
    date: "Fri, 24 May 2013 00:00:00 GMT",
    "x-amz-content-sha256": "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
    "x-amz-date": "20130524T000000Z",
    "x-amz-storage-class": "REDUCED_REDUNDANCY",
    authorization: authorization(
      "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
      "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    ),
  }),
  "a setting of the bucket": parsed(
    "GET",
    "/",
    {
      "x-amz-content-sha256": nothing,
      "x-amz-date": "20130524T000000Z",
      authorization: authorization(
        "host;x-amz-content-sha256;x-amz-date",
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
      ),
    },
    [["lifecycle", ""]],
  ),
  "a list": parsed(
    "GET",
    "/",
    {
      "x-amz-content-sha256": nothing,
      "x-amz-date": "20130524T000000Z",
      authorization: authorization(
        "host;x-amz-content-sha256;x-amz-date",
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
      ),
    },
    [
      ["prefix", "J"],
      ["max-keys", "2"],
    ],
  ),
};

const presigned = (change: Record<string, string> = {}): ParsedRequest =>
  parsed(
    "GET",
    "/test.txt",
    {},
    Object.entries({
      "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
      "X-Amz-Credential": scope,
      "X-Amz-Date": "20130524T000000Z",
      "X-Amz-Expires": "86400",
      "X-Amz-SignedHeaders": "host",
      "X-Amz-Signature": "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
      ...change,
    }),
  );

function refusal(run: () => unknown): [number, string] | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    const { status, code } = error as Refusal;
    return [status, code];
  }
}

describe("AWS's own example", () => {
  test.each(Object.entries(examples))("of %s is authentic", (_, example) => {
    expect(refusal(() => verify(example, authority()))).toBeUndefined();
  });

  test.each(Object.entries(examples))("of %s, altered in any way, is not", (_, example) => {
    const { "x-amz-date": date = "", ...headers } = example.headers;
    const altered: ParsedRequest[] = [
      { ...example, method: "DELETE" },
      { ...example, path: `${example.path}x` },
      { ...example, pairs: [...example.pairs, ["versionId", "1"]] },
      { ...example, headers: { ...example.headers, host: `other.${host}` } },
      { ...example, headers: { ...example.headers, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } },
      { ...example, headers: { ...headers, "x-amz-date": date.replace("000000", "000001") } },
    ];
    for (const each of altered) {
      expect(refusal(() => verify(each, authority()))).toEqual([403, "SignatureDoesNotMatch"]);
    }
    const added = { ...example, headers: { ...example.headers, "x-amz-copy-source": "/other/secret" } };
    expect(refusal(() => verify(added, authority()))).toEqual([403, "AccessDenied"]);
  });

  test("of a presigned URL works until it expires", () => {
    expect(refusal(() => verify(presigned(), authority()))).toBeUndefined();
    expect(refusal(() => verify(presigned(), authority(at + 86_400_000)))).toBeUndefined();
    expect(() => verify(presigned(), authority(at + 86_400_001))).toThrow("Request has expired");
    expect(() => verify(presigned(), authority(at - 15 * 60_000 - 1))).toThrow("Request is not yet valid");
  });

  test("of a presigned URL, altered, is refused", () => {
    const mismatch = [403, "SignatureDoesNotMatch"];
    expect(refusal(() => verify({ ...presigned(), path: "/other.txt" }, authority()))).toEqual(mismatch);
    expect(refusal(() => verify({ ...presigned(), method: "PUT" }, authority()))).toEqual(mismatch);
    expect(refusal(() => verify(presigned({ "X-Amz-Expires": "604800" }), authority()))).toEqual(mismatch);
    const malformed = [400, "AuthorizationQueryParametersError"];
    for (const seconds of ["604801", "0", "-1", "soon", ""]) {
      expect(refusal(() => verify(presigned({ "X-Amz-Expires": seconds }), authority()))).toEqual(malformed);
    }
    for (const change of [{ "X-Amz-Algorithm": "AWS4-HMAC-SHA1" }, { "X-Amz-Credential": "AKIAIOSFODNN7EXAMPLE" }]) {
      expect(refusal(() => verify(presigned(change), authority()))).toEqual(malformed);
    }
  });

  test("of a form's policy is authentic, and not if its policy or date is changed", () => {
    const fields = new Map([
      ["policy", examplePolicy],
      ["x-amz-algorithm", "AWS4-HMAC-SHA256"],
      ["x-amz-credential", "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"],
      ["x-amz-date", "20151229T000000Z"],
      ["x-amz-signature", "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e"],
    ]);
    const verified = (change: [string, string][] = []) =>
      refusal(() => verifyPolicy(new Map([...fields, ...change]), authority()));
    expect(verified()).toBeUndefined();
    expect(verified([["policy", `${examplePolicy.slice(0, -1)}8`]])).toEqual([403, "SignatureDoesNotMatch"]);
    expect(verified([["x-amz-date", "20151230T000000Z"]])).toEqual([400, "InvalidArgument"]);
    expect(verified([["x-amz-algorithm", "none"]])).toEqual([400, "InvalidArgument"]);
    fields.delete("x-amz-signature");
    expect(verified()).toEqual([403, "AccessDenied"]);
  });
});

describe("a request", () => {
  const example = examples["a part of an object"] as ParsedRequest;
  const { authorization: signed = "", "x-amz-content-sha256": _, ...less } = example.headers;

  test.each<[string, Record<string, string>, [number, string]]>([
    ["does not declare its content", { ...less, authorization: signed }, [400, "InvalidRequest"]],
    [
      "declares other content",
      { ...less, authorization: signed, "x-amz-content-sha256": "STREAMING-NOTHING" },
      [400, "InvalidArgument"],
    ],
    [
      "is signed with the old scheme",
      { ...example.headers, authorization: "AWS key:signature" },
      [400, "InvalidArgument"],
    ],
    [
      "is signed for another service",
      { ...example.headers, authorization: signed.replace("/s3/", "/sqs/") },
      [400, "AuthorizationHeaderMalformed"],
    ],
    ["is not signed", { host }, [403, "AccessDenied"]],
  ])("that %s is refused", (_, headers, expected) => {
    expect(refusal(() => verify({ ...example, headers }, authority()))).toEqual(expected);
  });

  test("that is signed twice is refused", () => {
    const twice = { ...presigned(), headers: example.headers };
    expect(refusal(() => verify(twice, authority()))).toEqual([400, "InvalidArgument"]);
  });

  test("works for a quarter of an hour", () => {
    for (const late of [15 * 60_000, -15 * 60_000]) {
      expect(refusal(() => verify(example, authority(at + late)))).toBeUndefined();
      const skewed = [403, "RequestTimeTooSkewed"];
      expect(refusal(() => verify(example, authority(at + late + Math.sign(late))))).toEqual(skewed);
    }
  });
});

describe("AWS's own example of a body in signed chunks", () => {
  const example = parsed("PUT", "/examplebucket/chunkObject.txt", {
    host: "s3.amazonaws.com",
    "content-encoding": "aws-chunked",
    "content-length": "66824",
    "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "x-amz-date": "20130524T000000Z",
    "x-amz-decoded-content-length": "66560",
    "x-amz-storage-class": "REDUCED_REDUNDANCY",
    authorization: authorization(
      "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class",
      "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
    ),
  });
  const body = Buffer.concat([
    Buffer.from("10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n"),
    Buffer.alloc(65_536, "a"),
    Buffer.from("\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n"),
    Buffer.alloc(1_024, "a"),
    Buffer.from("\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n"),
  ]);

  async function content(bytes: Buffer, pieceLength: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    const { content } = dechunk(cut(bytes, pieceLength), verify(example, authority()));
    for await (const piece of content) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  test.each([1, 7, 1_000, 65_536, 100_000])("is read and trusted when it arrives in pieces of %d", async (length) => {
    expect(body).toHaveLength(66_824);
    expect((await content(body, length)).equals(Buffer.alloc(66_560, "a"))).toBe(true);
  });

  test.each([
    ["a byte of content", 40_000],
    ["the signature of its first chunk", 30],
    ["the signature of its last chunk", body.length - 10],
  ])("is not trusted if %s differs", async (_, place) => {
    const altered = Buffer.from(body);
    altered[place] = altered[place] === 0x61 ? 0x62 : 0x61;
    await expect(content(altered, 1_000)).rejects.toMatchObject({ code: "SignatureDoesNotMatch" });
  });

  test.each([body.length - 1, body.length - 2, body.length - 90, 50_000, 40, 0])(
    "is not complete after %d bytes",
    async (length) => {
      await expect(content(body.subarray(0, length), 1_000)).rejects.toMatchObject({ code: "IncompleteBody" });
    },
  );
});

async function* cut(bytes: Buffer, length: number) {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

const examplePolicy =
  "eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2UvIl0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRpb24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9";
