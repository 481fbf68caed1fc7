import { createHash, createHmac } from "node:crypto";
import { Agent, request } from "node:http";
import * as ID from "@muster/core/base/id.ts";
import { openCaller } from "@muster/local/testing/worlds/caller.ts";
import type { Subject } from "./subject.ts";

const service = "dynamodb";
const headers = "content-type;host;x-amz-date;x-amz-target";
const target = "DynamoDB_20120810.BatchGetItem";
const type = "application/x-amz-json-1.0";

const hex = (text: string) => createHash("sha256").update(text).digest("hex");
const hmac = (key: Buffer, text: string) => createHmac("sha256", key).update(text).digest();

/** The round trip of Muster's GET alone: the same three rows, by a request signed by hand, and nothing done with them. */
export async function openBare(): Promise<Subject> {
  const { AWS_ENDPOINT_URL_DYNAMODB: endpoint = "", AWS_REGION: region = "", MUSTER_TABLE: table = "" } = process.env;
  const { AWS_ACCESS_KEY_ID: id = "", AWS_SECRET_ACCESS_KEY: secret = "", MUSTER_SITE_URL: site = "" } = process.env;
  const { hostname, port, host } = new URL(endpoint);
  const agent = new Agent({ keepAlive: true });
  let signing: { day: string; key: Buffer } | undefined;

  const caller = openCaller(site);
  const token = await caller.signIn("bare@example.com");
  const { id: organization } = await caller.insist("POST", "/organizations", { token, body: { name: "Bare" } });
  const account = `acc_${token.slice(8, 34)}`;
  const keys = [
    [account, ID.derive("session", token)],
    [account, String(organization)],
    [String(organization), "#org"],
  ] as const;

  function signed(body: string): Record<string, string> {
    const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "");
    const day = time.slice(0, 8);
    if (signing?.day !== day) {
      const parts = [day, region, service, "aws4_request"];
      signing = { day, key: parts.reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`)) };
    }
    const canonical = `POST\n/\n\ncontent-type:${type}\nhost:${host}\nx-amz-date:${time}\nx-amz-target:${target}\n\n${headers}\n${hex(body)}`;
    const scope = `${day}/${region}/${service}/aws4_request`;
    const signature = hmac(signing.key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hex(canonical)}`).toString("hex");
    return {
      "content-type": type,
      "content-length": String(Buffer.byteLength(body)),
      "x-amz-date": time,
      "x-amz-target": target,
      authorization: `AWS4-HMAC-SHA256 Credential=${id}/${scope}, SignedHeaders=${headers}, Signature=${signature}`,
    };
  }

  const read = () =>
    new Promise<void>((resolve, reject) => {
      const Keys = keys.map(([pk, sk]) => ({ pk: { S: pk }, sk: { S: sk } }));
      const body = JSON.stringify({ RequestItems: { [table]: { Keys, ConsistentRead: true } } });
      const call = request({ agent, hostname, port, method: "POST", path: "/", headers: signed(body) }, (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.on("error", reject);
        answer.on("end", () => {
          const text = Buffer.concat(parts).toString();
          const { Responses = {} } = JSON.parse(text) as { Responses?: Record<string, object[]> };
          if (Responses[table]?.length === keys.length) resolve();
          else reject(new Error(text));
        });
      });
      call.on("error", reject);
      call.end(body);
    });

  return {
    prepare: async (row, count) => (row === "get" ? Array.from({ length: count }, () => read) : undefined),
  };
}
