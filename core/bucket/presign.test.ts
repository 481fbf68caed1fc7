import { credentials, region } from "@muster/local/testing/worlds/table.ts";
import { bucketName, openBucket, type TestBucket } from "@muster/local-bucket/bucket.testing.ts";
import { SignatureV4 } from "@smithy/signature-v4";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bind, bucket, type UploadForm } from "../kernel/ports.ts";
import { connect } from "../table/client.ts";
import { presigner } from "./presign.ts";
import { s3 } from "./s3.ts";

const { sha256 } = connect({ region, credentials }).config;
const example = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };

let clock: number;
let server: TestBucket;

beforeEach(async () => {
  clock = Date.parse("2026-11-24T09:00:00Z");
  server = await openBucket({ now: () => clock });
  bind({
    now: () => new Date(clock),
    bucketLinks: presigner({ bucket: bucketName, url: server.url }, connect({ region, credentials }).config),
    bucketObjects: s3(bucketName, {
      endpoint: server.endpoint,
      region,
      credentials,
      systemClockOffset: clock - Date.now(),
    }),
  });
});
afterEach(() => server.stop());

const metadata = { mark: "m4rk" };
const upload = { key: "imports/org_1/a.csv", contentType: "text/csv", metadata, maxBytes: 10, lifetimeSeconds: 600 };

async function post(form: UploadForm, content: string, change: Record<string, string> = {}) {
  const data = new FormData();
  for (const [name, value] of Object.entries({ ...form.fields, ...change })) data.append(name, value);
  data.append("file", new Blob([content]), "people.csv");
  const answer = await fetch(form.url, { method: "POST", body: data });
  return [answer.status, /<Code>(\w+)</.exec(await answer.text())?.[1]];
}

describe("an upload", () => {
  test("is accepted with the key and type that were signed", async () => {
    expect(await post(await bucket.presignUpload(upload), "email\n")).toEqual([204, undefined]);
    expect(await bucket.head(upload.key)).toMatchObject({ size: 6, contentType: "text/csv", metadata });
  });

  test("is refused with another key, another type, other metadata, or a size above the signed one", async () => {
    const form = await bucket.presignUpload(upload);
    const denied = [403, "AccessDenied"];
    expect(await post(form, "email\n", { key: "imports/org_2/a.csv" })).toEqual(denied);
    expect(await post(form, "email\n", { "Content-Type": "text/html" })).toEqual(denied);
    expect(await post(form, "email\n", { "x-amz-meta-organization": "org_2" })).toEqual(denied);
    expect(await post(form, "email\n", { "x-amz-meta-mark": "other" })).toEqual(denied);
    expect(await post(form, "12345678901")).toEqual([400, "EntityTooLarge"]);
    expect(server.files()).toEqual([]);
    expect(await post(form, "1234567890")).toEqual([204, undefined]);
  });

  test("may be empty, so that its import can say that it is", async () => {
    expect(await post(await bucket.presignUpload(upload), "")).toEqual([204, undefined]);
    expect(await bucket.head(upload.key)).toMatchObject({ size: 0 });
  });

  test("works until it expires", async () => {
    const form = await bucket.presignUpload(upload);
    clock += 599_999;
    expect(await post(form, "email\n")).toEqual([204, undefined]);
    clock += 1;
    expect(await post(form, "email\n")).toEqual([403, "AccessDenied"]);
  });

  test("includes the session token of temporary credentials, in its policy too", async () => {
    const links = presigner(
      { bucket: "b", url: "https://b.s3.eu-central-1.amazonaws.com" },
      { region: "eu-central-1", sha256, credentials: { ...example, sessionToken: "token" } },
    );
    const { url, fields } = await links.presignUpload(upload);
    expect(url).toBe("https://b.s3.eu-central-1.amazonaws.com");
    expect(Object.keys(fields)).toEqual([
      "key",
      "Content-Type",
      "x-amz-meta-mark",
      "X-Amz-Algorithm",
      "X-Amz-Credential",
      "X-Amz-Date",
      "X-Amz-Security-Token",
      "Policy",
      "X-Amz-Signature",
    ]);
    expect(JSON.parse(Buffer.from(fields.Policy ?? "", "base64").toString())).toEqual({
      expiration: "2026-11-24T09:10:00.000Z",
      conditions: [
        { bucket: "b" },
        {
          key: upload.key,
          "Content-Type": "text/csv",
          "x-amz-meta-mark": "m4rk",
          "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
          "X-Amz-Credential": "AKIAIOSFODNN7EXAMPLE/20261124/eu-central-1/s3/aws4_request",
          "X-Amz-Date": "20261124T090000Z",
          "X-Amz-Security-Token": "token",
        },
        ["content-length-range", 0, 10],
      ],
    });
  });
});

describe("a download", () => {
  const download = { key: "reports/org_1/größe (1)+&.csv", fileName: 'größe "1"\n.csv', lifetimeSeconds: 60 };
  beforeEach(() => bucket.write(download.key, "email,outcome\n", "text/csv"));

  test("is saved under the chosen file name", async () => {
    const answer = await fetch(await bucket.presignDownload(download));
    expect([answer.status, await answer.text()]).toEqual([200, "email,outcome\n"]);
    expect(answer.headers.get("content-disposition")).toBe(
      "attachment; filename*=UTF-8''gr%C3%B6%C3%9Fe%20%221%22%0A.csv",
    );
  });

  test("works after the time was moved, forward and back, and so do the form and the client of the functions", async () => {
    const [month, earlier] = [40 * 86_400_000, clock];
    for (const at of [earlier + month, earlier - month]) {
      const before = await bucket.presignDownload(download);
      clock = at;
      expect((await fetch(before)).status).toBe(403);
      const answer = await fetch(await bucket.presignDownload(download));
      expect([answer.status, await answer.text()]).toEqual([200, "email,outcome\n"]);
      await bucket.write("reports/later.csv", "line\n", "text/csv");
      expect((await bucket.head("reports/later.csv"))?.size).toBe(5);
      expect(await post(await bucket.presignUpload(upload), "email\n")).toEqual([204, undefined]);
    }
  });

  test("works for its object, its file name and its lifetime only", async () => {
    const address = await bucket.presignDownload(download);
    const status = async (changed: string) => (await fetch(changed)).status;
    expect(await status(address.replace("org_1", "org_2"))).toBe(403);
    expect(await status(address.replace(".csv&", ".exe&"))).toBe(403);
    expect((await fetch(address, { method: "DELETE" })).status).toBe(403);
    clock += 60_001;
    expect(await status(address)).toBe(403);
  });

  test("includes the session token of temporary credentials", async () => {
    const links = presigner(
      { bucket: "b", url: "https://b.s3.eu-central-1.amazonaws.com" },
      { region: "eu-central-1", sha256, credentials: { ...example, sessionToken: "to/ken" } },
    );
    const { origin, pathname, searchParams } = new URL(await links.presignDownload({ ...download, key: "a/b c" }));
    expect([origin, pathname]).toEqual(["https://b.s3.eu-central-1.amazonaws.com", "/a/b%20c"]);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
      "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD",
      "X-Amz-Credential": "AKIAIOSFODNN7EXAMPLE/20261124/eu-central-1/s3/aws4_request",
      "X-Amz-Expires": "60",
      "X-Amz-Security-Token": "to/ken",
      "X-Amz-SignedHeaders": "host",
    });
  });
});

test("a policy is signed as in the example that AWS publishes", async () => {
  const signer = new SignatureV4({ region: "us-east-1", service: "s3", credentials: example, sha256 });
  const signingDate = new Date("2015-12-29T00:00:00Z");
  expect(await signer.sign(examplePolicy, { signingDate })).toBe(
    "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e",
  );
});

const examplePolicy =
  "eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2UvIl0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRpb24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9";
