import type { Answer } from "./answer.ts";
import type { Call } from "./call.ts";
import * as Copy from "./copy.ts";
import * as Multipart from "./multipart.ts";
import * as Objects from "./objects.ts";
import type { ParsedRequest } from "./parsed-request.ts";
import { notServed } from "./refusal.ts";

type Operation = {
  method: string;
  of: "bucket" | "object";
  /** Required and optional query parameters; anything else is another operation. */
  needs?: string[];
  may?: RegExp;
  run: (call: Call) => Promise<Answer> | Answer;
};

const responses = /^response-(content-(type|language|disposition|encoding)|expires|cache-control)$/;
const paging = /^(list-type|prefix|delimiter|max-keys|continuation-token|start-after|encoding-type|fetch-owner)$/;
/** Parameters of the signature, and of the SDK's headers that it moves into a presigned URL. */
const ofEvery = /^(x-amz-.*|x-id)$/i;
const copySource = "x-amz-copy-source";
/** Objects have no tags here, so a copy can only be told to leave them out. */
const tagging = "x-amz-tagging-directive";
/** Headers that turn a request into something this server does not do, or would do only in part. */
const unserved =
  /^x-amz-(copy-source-range|copy-source-server-side-encryption.*|tagging|metadata-directive|website-redirect-location|object-lock-.*|write-offset-bytes|server-side-encryption-customer-.*)$/;

const operations: Operation[] = [
  { method: "HEAD", of: "bucket", run: () => ({ status: 200 }) },
  { method: "GET", of: "bucket", needs: ["list-type"], may: paging, run: Objects.list },
  {
    method: "GET",
    of: "bucket",
    needs: ["versions"],
    may: /^(prefix|max-keys|encoding-type)$/,
    run: Objects.listVersions,
  },
  { method: "POST", of: "bucket", needs: ["delete"], run: Objects.removeMany },
  {
    method: "PUT",
    of: "object",
    run: (call) => (copySource in call.parsed.headers ? Copy.copy(call) : Objects.put(call)),
  },
  { method: "GET", of: "object", may: responses, run: Objects.get },
  { method: "HEAD", of: "object", may: responses, run: Objects.get },
  { method: "DELETE", of: "object", run: Objects.remove },
  { method: "POST", of: "object", needs: ["uploads"], run: Multipart.begin },
  { method: "PUT", of: "object", needs: ["partNumber", "uploadId"], run: Multipart.putPart },
  { method: "POST", of: "object", needs: ["uploadId"], run: Multipart.complete },
  { method: "DELETE", of: "object", needs: ["uploadId"], run: Multipart.abort },
];

/** @throws Refusal if the request is none of them */
export function operationOf({ method, key, query, headers }: ParsedRequest): Operation {
  const level = key === "" ? "bucket" : "object";
  const names = [...query.keys()].filter((name) => !ofEvery.test(name));
  const found = operations.find(
    ({ needs = [], may, ...operation }) =>
      operation.method === method &&
      operation.of === level &&
      needs.every((name) => query.has(name)) &&
      names.every((name) => needs.includes(name) || may?.test(name)),
  );
  const isPart = query.has("uploadId");
  if (!found || (found.run === Objects.list && query.get("list-type") !== "2")) {
    throw notServed([`${method} of`, level, ...names].join(" "));
  }
  const strange = Object.keys(headers).find(
    (name) =>
      unserved.test(name) || (isPart && name === copySource) || (name === tagging && headers[name] !== "REPLACE"),
  );
  if (strange !== undefined) throw notServed(`the header ${strange}`);
  return found;
}

export const isForm = ({ method, key, headers }: ParsedRequest) =>
  method === "POST" && key === "" && /^multipart\/form-data\b/i.test(headers["content-type"] ?? "");

export const postForm = Objects.post;
