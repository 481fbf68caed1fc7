import { sitePolicy } from "./headers.ts";

// Shapes

export type Target = {
  /** The address where people open Muster, such as https://muster.example.org. */
  url: string;
  /** The API's own address, the output `ApiUrl`, which must refuse requests that bypass CloudFront. */
  apiUrl?: string;
};

export type Check = {
  name: string;
  /** Sentences about what is wrong; empty if all is well. */
  wrong: string[];
};

export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

// Functions

/** Checks a deployed stage from outside, without changing anything. */
export async function smoke(target: Target, fetch: Fetch = globalThis.fetch): Promise<Check[]> {
  const checks: Record<string, () => Promise<string[]>> = {
    "the API is healthy": () => health(target, fetch),
    // threat: a site and an API of different releases pass as a deployment
    "the site and the API are of one release": () => oneRelease(target, fetch),
    "a page has the headers of the site": () => page(target, fetch, "/"),
    "a deep link is a page": () => page(target, fetch, "/organizations"),
    "the API reference and the errors are pages": async () => [
      ...(await page(target, fetch, "/docs", "API reference · Muster")),
      ...(await page(target, fetch, "/docs/errors", "Errors of the API · Muster")),
    ],
    "the API's document is a file of the site": () => apiDocument(target, fetch),
    "plain http is redirected to https": () => redirect(target, fetch),
    "an unknown path of the API is a problem, not a page": () => unknownRoute(target, fetch),
    "nobody signs in from a foreign page": () => foreignPage(target, fetch),
    ...(target.apiUrl && { "the API refuses requests that bypass CloudFront": () => unrouted(target, fetch) }),
  };
  const results: Check[] = [];
  for (const [name, check] of Object.entries(checks)) {
    results.push({ name, wrong: await check().catch((error: unknown) => [String(error)]) });
  }
  return results;
}

async function health({ url }: Target, fetch: Fetch): Promise<string[]> {
  const response = await fetch(`${url}/api/v1/health`);
  return [
    ...expectStatus(response, 200),
    ...expectHeader(response, "cache-control", "no-store"),
    ...expectHeader(response, "strict-transport-security", "max-age=63072000; includeSubDomains"),
  ];
}

async function oneRelease({ url }: Target, fetch: Fetch): Promise<string[]> {
  const { release } = (await (await fetch(`${url}/api/v1/health`)).json()) as { release?: string };
  const site = /<meta name="release" content="([^"]*)">/.exec(await (await fetch(`${url}/`)).text())?.[1];
  return site === release ? [] : [`The site is ${site ?? "of an unknown release"}, and the API ${release}.`];
}

async function page({ url }: Target, fetch: Fetch, path: string, title = ""): Promise<string[]> {
  const response = await fetch(`${url}${path}`);
  const isAnother = !(await response.text()).includes(title);
  return [
    ...(isAnother ? [`The page ${path} is not "${title}".`] : []),
    ...expectStatus(response, 200),
    ...expectHeader(response, "content-type", "text/html"),
    ...expectHeader(response, "cache-control", "no-cache"),
    ...expectHeader(response, "content-security-policy", sitePolicy(uploadsOf(response))),
    ...expectHeader(response, "cross-origin-opener-policy", "same-origin"),
    ...expectHeader(response, "cross-origin-resource-policy", "same-origin"),
    ...expectHeader(response, "referrer-policy", "no-referrer"),
    ...expectHeader(response, "strict-transport-security", "max-age=63072000; includeSubDomains"),
    ...expectHeader(response, "x-content-type-options", "nosniff"),
    ...expectHeader(response, "x-frame-options", "DENY"),
  ];
}

async function apiDocument({ url }: Target, fetch: Fetch): Promise<string[]> {
  const response = await fetch(`${url}/api/openapi.json`);
  const isAnother = !(await response.text()).includes('"openapi": "3.1');
  return [
    ...(isAnother ? ["It is not the OpenAPI document."] : []),
    ...expectStatus(response, 200),
    ...expectHeader(response, "content-type", "application/json"),
    ...expectHeader(response, "cache-control", "no-cache"),
  ];
}

/** From outside, only the policy itself tells which bucket it is; it must be one of S3. */
function uploadsOf(response: Response): string {
  const policy = response.headers.get("content-security-policy") ?? "";
  const host = /connect-src 'self' (https:\/\/[a-z0-9-]+\.s3\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?);/.exec(policy)?.[1];
  return host ?? "https://BUCKET.s3.REGION.amazonaws.com";
}

async function redirect({ url }: Target, fetch: Fetch): Promise<string[]> {
  const response = await fetch(`${url.replace(/^https:/, "http:")}/`, { redirect: "manual" });
  return [...expectStatus(response, 301), ...expectHeader(response, "location", "https://")];
}

async function unknownRoute({ url }: Target, fetch: Fetch): Promise<string[]> {
  const response = await fetch(`${url}/api/v1/nothing-here`);
  return [
    ...(await expectProblem(response, 404, "route.missing")),
    ...expectHeader(response, "cache-control", "no-store"),
    ...expectHeader(response, "content-security-policy", "default-src 'none'"),
  ];
}

async function foreignPage({ url }: Target, fetch: Fetch): Promise<string[]> {
  const response = await fetch(`${url}/api/v1/sign-in/code`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: "https://elsewhere.example", "x-muster": "1" },
    body: JSON.stringify({ flow: "flow_00000000000000000000000000", code: "22222222" }),
  });
  return expectProblem(response, 403, "request.cross_site");
}

async function unrouted({ apiUrl }: Target, fetch: Fetch): Promise<string[]> {
  const without = await fetch(`${apiUrl}/api/v1/account`);
  const guessed = await fetch(`${apiUrl}/api/v1/account`, { headers: { "x-muster-origin": "a-guess" } });
  return [
    ...(await expectProblem(without, 403, "request.wrong_origin")),
    ...(await expectProblem(guessed, 403, "request.wrong_origin")),
  ];
}

async function expectProblem(response: Response, status: number, code: string): Promise<string[]> {
  const body = await response.text();
  const wrong = [
    ...expectStatus(response, status),
    ...expectHeader(response, "content-type", "application/problem+json"),
  ];
  return body.includes(`"code":"${code}"`) ? wrong : [...wrong, `The answer does not say ${code}.`];
}

function expectStatus(response: Response, status: number): string[] {
  return response.status === status ? [] : [`The status is ${response.status}, not ${status}.`];
}

function expectHeader(response: Response, name: string, beginning: string): string[] {
  const value = response.headers.get(name);
  return value?.startsWith(beginning) ? [] : [`The header ${name} is ${value ?? "missing"}, not ${beginning}.`];
}
