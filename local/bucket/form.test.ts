import { createHmac } from "node:crypto";
import { connect } from "node:net";
import { GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bucketName, openBucket, type TestBucket } from "./bucket.testing.ts";

const site = "http://127.0.0.1:4280";
const now = Date.parse("2026-11-24T09:00:00Z");

let bucket: TestBucket;

beforeEach(async () => {
  bucket = await openBucket({ origins: [site], now: () => now });
});
afterEach(() => bucket.stop());

const credential = "local/20261124/eu-central-1/s3/aws4_request";
const always = {
  "x-amz-algorithm": "AWS4-HMAC-SHA256",
  "x-amz-credential": credential,
  "x-amz-date": "20261124T090000Z",
};
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

/** The fields of a form with a signed policy of any content. */
function signed(fields: Record<string, string>, conditions: unknown[], policy: object = {}): Record<string, string> {
  const expiration = new Date(now + 60_000).toISOString();
  const conditioned = { expiration, conditions: [...conditions, { bucket: bucketName }, always], ...policy };
  const Policy = Buffer.from(JSON.stringify(conditioned)).toString("base64");
  const key = credential.split("/").slice(1).reduce<string | Buffer>(hmac, "AWS4local");
  return { ...fields, ...always, Policy, "X-Amz-Signature": hmac(key, Policy).toString("hex") };
}

function formOf(fields: Record<string, string>, content: string, fileName = "people.csv"): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", new Blob([content]), fileName);
  form.append("submit", "Upload");
  return form;
}

async function post(form: FormData, headers: Record<string, string> = {}) {
  const answer = await fetch(bucket.url, { method: "POST", body: form, headers });
  const body = await answer.text();
  return { status: answer.status, code: /<Code>(\w+)</.exec(body)?.[1], body, headers: answer.headers };
}

const sent = async (fields: Record<string, string>, content = "email\n", fileName?: string) => {
  const { status, code } = await post(formOf(fields, content, fileName));
  return code ?? status;
};

async function text(Key: string): Promise<string | undefined> {
  const client = bucket.client({ systemClockOffset: now - Date.now() });
  return (await client.send(new GetObjectCommand({ Bucket: bucketName, Key }))).Body?.transformToString();
}

describe("a form", () => {
  test("stores its file where its policy allows, and answers as requested", async () => {
    const conditions = [
      ["starts-with", "$key", "imports/"],
      ["starts-with", "$success_action_status", ""],
    ];
    const fields = { key: "imports/org_1/${filename}", success_action_status: "201" };
    const answer = await post(formOf(signed(fields, conditions), "größe\r\n", "größe.csv"));
    expect(answer.status).toBe(201);
    expect(answer.body).toContain("<Key>imports/org_1/größe.csv</Key>");
    expect(await text("imports/org_1/größe.csv")).toBe("größe\r\n");
    expect(await sent(signed({ ...fields, success_action_status: "200" }, conditions))).toBe(200);
    expect(await sent(signed({ key: "imports/a" }, [["eq", "$key", "imports/a"]]))).toBe(204);
  });

  test("keeps its file's metadata and type", async () => {
    const fields = { key: "a", "Content-Type": "text/csv", "x-amz-meta-organization": "org_1" };
    expect(await sent(signed(fields, [fields]))).toBe(204);
    const client = bucket.client({ systemClockOffset: now - Date.now() });
    expect(await client.send(new GetObjectCommand({ Bucket: bucketName, Key: "a" }))).toMatchObject({
      ContentType: "text/csv",
      Metadata: { organization: "org_1" },
    });
  });

  test.each<[string, Record<string, string>, unknown[], object, string]>([
    ["an exact condition is not met", { key: "b" }, [{ key: "a" }], {}, "AccessDenied"],
    ["an eq condition is not met", { key: "b" }, [["eq", "$key", "a"]], {}, "AccessDenied"],
    ["a prefix differs", { key: "b/a" }, [["starts-with", "$key", "a/"]], {}, "AccessDenied"],
    ["a field that a condition names is missing", { key: "a" }, [{ key: "a", acl: "private" }], {}, "AccessDenied"],
    ["no condition names a field", { key: "a", acl: "private" }, [{ key: "a" }], {}, "AccessDenied"],
    ["the bucket is another one", { key: "a" }, [{ key: "a" }, { bucket: "other" }], {}, "AccessDenied"],
    ["it is too late", { key: "a" }, [{ key: "a" }], { expiration: new Date(now).toISOString() }, "AccessDenied"],
    ["it is too large", { key: "a" }, [{ key: "a" }, ["content-length-range", 0, 5]], {}, "EntityTooLarge"],
    ["it is too small", { key: "a" }, [{ key: "a" }, ["content-length-range", 7, 9]], {}, "EntityTooSmall"],
    ["it has no key", {}, [], {}, "InvalidArgument"],
    ["a range is invalid", { key: "a" }, [{ key: "a" }, ["content-length-range", "x", 9]], {}, "InvalidArgument"],
    ["its policy never expires", { key: "a" }, [{ key: "a" }], { expiration: "soon" }, "InvalidPolicyDocument"],
    ["its policy has no conditions", { key: "a" }, [], { conditions: 1 }, "InvalidPolicyDocument"],
    ["its policy has an unknown condition", { key: "a" }, [["ends-with", "$key", "a"]], {}, "InvalidPolicyDocument"],
  ])("is refused when %s", async (_, fields, conditions, policy, code) => {
    expect(await sent(signed(fields, conditions, policy))).toBe(code);
    expect(bucket.files()).toEqual([]);
  });

  test("is refused without its file, and if what precedes the file is too long", async () => {
    const form = new FormData();
    for (const [name, value] of Object.entries(signed({ key: "a" }, [{ key: "a" }]))) form.append(name, value);
    expect((await post(form)).code).toBe("InvalidArgument");
    const long = { key: "a", "x-ignore-me": "x".repeat(20_480) };
    expect(await sent(signed(long, [{ key: "a" }]))).toBe("MaxPostPreDataLengthExceededError");
    expect(await sent({ ...signed({ key: "a" }, [{ key: "a" }]), "X-Amz-Signature": "0".repeat(64) })).toBe(
      "SignatureDoesNotMatch",
    );
  });
});

describe("a form that ends early leaves nothing, not even half a file:", () => {
  /** Sends part of a form with the length of all of it; breaks off unless that was all. */
  async function raw(cut: (body: Buffer) => Buffer, missing = 0): Promise<string> {
    const made = new Response(formOf(signed({ key: "a" }, [{ key: "a" }]), "x".repeat(200_000)));
    const whole = Buffer.from(await made.arrayBuffer());
    const head = [
      `POST /${bucketName} HTTP/1.1`,
      `host: 127.0.0.1`,
      `content-type: ${made.headers.get("content-type")}`,
      `content-length: ${cut(whole).length + missing}`,
      "connection: close",
      "\r\n",
    ].join("\r\n");
    const { hostname, port } = new URL(bucket.endpoint);
    const socket = connect(Number(port), hostname);
    const said: Buffer[] = [];
    socket.on("data", (bytes: Buffer) => said.push(bytes));
    const ended = new Promise((resolve) => socket.once("close", resolve));
    socket.write(Buffer.concat([Buffer.from(head), cut(whole)]), () => {
      if (missing > 0) socket.destroy();
    });
    await ended;
    return Buffer.concat(said).toString();
  }

  test("a whole form is accepted", async () => {
    expect(await raw((body) => body)).toMatch(/^HTTP\/1.1 204 /);
    expect(bucket.files()).toHaveLength(1);
  });

  test.each([
    ["in its file", (body: Buffer) => body.subarray(0, 100_000)],
    [
      "right after its file",
      (body: Buffer) => body.subarray(0, body.lastIndexOf("\r\n--", body.indexOf('name="submit"'))),
    ],
    ["before its file", (body: Buffer) => body.subarray(0, 300)],
  ])("the form itself ends %s", async (_, cut) => {
    expect(await raw(cut)).toMatch(/^HTTP\/1.1 400 /);
    await expect.poll(() => bucket.files()).toEqual([]);
  });

  test("the connection ends in its file", async () => {
    await raw((body) => body.subarray(0, 100_000), 100_000);
    await expect.poll(() => bucket.files()).toEqual([]);
  });
});

describe("a browser", () => {
  const preflight = (origin: string, method = "POST") =>
    fetch(bucket.url, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": method, "access-control-request-headers": "x-y" },
    });

  test("lets a page of the site send a form and read the answer", async () => {
    const response = await preflight(site);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "access-control-allow-origin": site,
      "access-control-allow-methods": "POST",
      "access-control-allow-headers": "x-y",
    });
    const answer = await post(formOf(signed({ key: "a" }, [{ key: "a" }]), "x"), { origin: site });
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([204, site]);
    const refused = await post(formOf(signed({ key: "a" }, [{ key: "b" }]), "x"), { origin: site });
    expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([403, site]);
  });

  test.each(["https://evil.example", "null", "http://127.0.0.1:4281"])(
    "lets a page of %s do neither",
    async (origin) => {
      expect((await preflight(origin)).status).toBe(403);
      const answer = await post(formOf(signed({ key: "a" }, [{ key: "a" }]), "x"), { origin });
      expect([answer.code, answer.headers.get("access-control-allow-origin")]).toEqual(["AccessDenied", null]);
      expect(bucket.files()).toEqual([]);
    },
  );

  test("lets no page do more than send forms", async () => {
    expect((await preflight(site, "PUT")).status).toBe(403);
    const client = bucket.client({ systemClockOffset: now - Date.now() });
    expect((await client.send(new ListObjectsV2Command({ Bucket: bucketName }))).KeyCount).toBe(0);
  });
});
