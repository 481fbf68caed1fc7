import { createSign } from "node:crypto";
import { now } from "../kernel/ports.ts";
import type { ProviderAnswer, ProviderRequest } from "../kernel/provider-port.ts";
import { googleTokenUrl, type ServiceAccount } from "./credential/shape.ts";
import type { CheckReason, CheckStatus, KindName } from "./kind/shape.ts";
import type { Values } from "./shape.ts";

// The one request that checks a key: it costs nothing, changes nothing, and works for any key that works at all.

const tokenSeconds = 600;

/** The finding of a check, and the reason if it is not clear. */
export type Finding = { status: Exclude<CheckStatus, "pending">; reason?: CheckReason };

const requests: { [K in KindName]: (values: Values) => ProviderRequest } = {
  openai: ({ key, baseUrl, organizationId, projectId }) =>
    read(`${based(baseUrl, "https://api.openai.com/v1")}/models`, {
      ...bearer(key),
      ...(organizationId && { "openai-organization": organizationId }),
      ...(projectId && { "openai-project": projectId }),
    }),
  gemini: ({ key = "" }) =>
    read("https://generativelanguage.googleapis.com/v1beta/models?pageSize=1", { "x-goog-api-key": key }),
  vertex_ai: ({ serviceAccount = "{}" }) => token(JSON.parse(serviceAccount) as ServiceAccount),
  anthropic: ({ key = "", baseUrl }) =>
    read(`${based(baseUrl, "https://api.anthropic.com")}/v1/models?limit=1`, {
      "x-api-key": key,
      "anthropic-version": "2023-06-01",
    }),
  bedrock_credentials: (values) => identity(values, values.region ?? ""),
  bedrock_api_key: ({ key, region = "" }) =>
    read(`https://bedrock.${region}.${awsDomain(region)}/foundation-models`, bearer(key)),
  azure_openai: ({ key = "", endpoint, apiVersion = "" }) => {
    const isDated = /^\d/.test(apiVersion);
    const path = isDated ? `openai/models?api-version=${apiVersion}` : "openai/v1/models";
    return read(`${based(endpoint, "")}/${path}`, { "api-key": key });
  },
};

const bearer = (key = "") => ({ authorization: `Bearer ${key}` });

/** Returns the request that checks a key. @throws if a private key cannot sign */
export const requestOf = (kind: KindName, values: Values): ProviderRequest => requests[kind](values);

/** Returns what an answer says about the key. */
export function findingOf(kind: KindName, answer: ProviderAnswer): Finding {
  if ("fault" in answer) return { status: "unreachable", reason: answer.fault };
  const { status } = answer;
  if (status >= 200 && status < 300) return { status: "valid" };
  // Google answers 400 for a key that it does not know
  const refusals = kind === "gemini" || kind === "vertex_ai" ? [400, 401, 403] : [401, 403];
  // threat: a key that the provider refuses counts as valid
  if (refusals.includes(status)) return { status: "refused" };
  return { status: "unreachable", reason: reasonOf(status) };
}

function reasonOf(status: number): CheckReason {
  if (status >= 300 && status < 400) return "redirect";
  if (status === 404) return "missing";
  if (status === 429) return "busy";
  return status >= 500 ? "broken" : "answer";
}

const read = (url: string, headers: Record<string, string>): ProviderRequest => ({
  method: "GET",
  url,
  headers: { accept: "application/json", ...headers },
});

/** An address without the slashes at its end. */
const based = (url: string | undefined, preset: string) => (url ?? preset).replace(/\/+$/, "");

const awsDomain = (region: string) => (region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com");

/** Asks AWS whose credentials these are, which needs no permission. */
function identity({ accessKeyId = "", secretAccessKey = "", sessionToken }: Values, region: string): ProviderRequest {
  const signature = { service: "sts", region, accessKeyId, secretAccessKey, sessionToken };
  const url = `https://sts.${region}.${awsDomain(region)}/?Action=GetCallerIdentity&Version=2011-06-15`;
  return { ...read(url, {}), signature };
}

/** Asks Google for an access token, which is thrown away: https://developers.google.com/identity/protocols/oauth2 */
function token({ client_email: iss, private_key: key }: ServiceAccount): ProviderRequest {
  const iat = Math.floor(now().getTime() / 1000);
  const claims = { iss, scope: "https://www.googleapis.com/auth/cloud-platform", aud: googleTokenUrl, iat };
  const parts = [
    { alg: "RS256", typ: "JWT" },
    { ...claims, exp: iat + tokenSeconds },
  ];
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  const assertion = `${text}.${createSign("RSA-SHA256").update(text).sign(key, "base64url")}`;
  const body = new URLSearchParams({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded", "content-length": String(body.length) };
  return { method: "POST", url: googleTokenUrl, headers, body };
}
