import { app } from "@muster/functions/api/app.ts";
import { describe, expect, test } from "vitest";
import { sitePolicy } from "./headers.ts";
import { type Fetch, smoke } from "./smoke-checks.ts";
import { signInAndOut } from "./smoke-sign-in.ts";

const url = "https://muster.example.org";
const apiUrl = "https://abc.execute-api.eu-west-1.amazonaws.com";
const originSecret = "the-secret-of-cloudfront";

const pageHeaders = {
  "content-type": "text/html",
  "cache-control": "no-cache",
  "content-security-policy": sitePolicy("https://prod-muster-1-eu-west-1.s3.eu-west-1.amazonaws.com"),
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=63072000; includeSubDomains",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

const titles: Record<string, string> = {
  "/docs": "API reference · Muster",
  "/docs/errors": "Errors of the API · Muster",
};

/** The real API behind a stand-in for CloudFront, which adds the secret. */
function deployed({
  headers = pageHeaders,
  secret = originSecret,
  release = "v1.2.0",
}: {
  headers?: Record<string, string> | [string, string][];
  secret?: string;
  release?: string;
} = {}): Fetch {
  const api = app({ url, secure: true, originSecrets: () => [secret], release: "v1.2.0" });
  return async (address, init) => {
    const request = new Request(address, init);
    const { pathname, protocol } = new URL(address);
    if (protocol === "http:") {
      return new Response(null, { status: 301, headers: { location: url } });
    }
    if (pathname === "/api/openapi.json") {
      return new Response('{"openapi": "3.1.0"}', { headers: { ...pageHeaders, "content-type": "application/json" } });
    }
    if (!pathname.startsWith("/api/")) {
      const named = `<meta name="release" content="${release}">`;
      return new Response(`<!doctype html>${named}<title>${titles[pathname] ?? "Muster"}</title>`, { headers });
    }
    if (address.startsWith(url)) {
      request.headers.set("x-muster-origin", secret);
    }
    return api.fetch(request);
  };
}

const failing = async (fetch: Fetch) =>
  (await smoke({ url, apiUrl }, fetch)).filter(({ wrong }) => wrong.length > 0).map(({ name }) => name);

describe("the smoke test", () => {
  test("finds nothing wrong with a healthy stage", async () => {
    const checks = await smoke({ url, apiUrl }, deployed());
    expect(checks).toHaveLength(10);
    expect(checks.flatMap(({ wrong }) => wrong)).toEqual([]);
  });

  test("detects a site of another release than the API", async () => {
    expect(await failing(deployed({ release: "v1.1.0" }))).toEqual(["the site and the API are of one release"]);
  });

  test.each(Object.keys(pageHeaders))("detects another value in the header %s", async (name) => {
    const headers = Object.entries(pageHeaders).filter(([each]) => each !== name);
    expect(await failing(deployed({ headers: [...headers, [name, "other"]] }))).toEqual([
      "a page has the headers of the site",
      "a deep link is a page",
      "the API reference and the errors are pages",
    ]);
  });

  test("finds the app in place of a page about the API, and the API's 404 in place of its document", async () => {
    const older: Fetch = async (address, init) => {
      const { pathname } = new URL(address);
      if (pathname.startsWith("/docs")) return new Response("<title>Muster</title>", { headers: pageHeaders });
      if (pathname === "/api/openapi.json") return deployed()(`${url}/api/v1/nothing-here`, init);
      return deployed()(address, init);
    };
    expect(await failing(older)).toEqual([
      "the API reference and the errors are pages",
      "the API's document is a file of the site",
    ]);
  });

  test.each(["https://elsewhere.example", "https://*.s3.eu-west-1.amazonaws.com", ""])(
    "detects a policy that lets pages send files to %s",
    async (elsewhere) => {
      const headers = { ...pageHeaders, "content-security-policy": sitePolicy(elsewhere) };
      expect(await failing(deployed({ headers }))).toContain("a page has the headers of the site");
    },
  );

  test("finds an API that accepts requests that bypass CloudFront", async () => {
    expect(await failing(deployed({ secret: "" }))).toContain("the API refuses requests that bypass CloudFront");
  });

  test("finds a page in place of the API's 404", async () => {
    const masking: Fetch = async (address, init) =>
      address.includes("nothing-here")
        ? new Response("<!doctype html>", { headers: pageHeaders })
        : deployed()(address, init);
    expect(await failing(masking)).toEqual(["an unknown path of the API is a problem, not a page"]);
  });

  test("finds plain http that is served, and a host that does not answer", async () => {
    const plain: Fetch = (address, init) => deployed()(address.replace("http:", "https:"), init);
    const silent: Fetch = () => Promise.reject(new Error("no such host"));
    expect(await failing(plain)).toEqual(["plain http is redirected to https"]);
    expect(await failing(silent)).toHaveLength(10);
  });
});

describe("signing in from outside", () => {
  const cookies = (attributes: string) => ["__Host-s", "__Host-b"].map((name) => `${name}=x; ${attributes}`);

  const answering =
    (setCookies: string[]): Fetch =>
    async (address, init) => {
      const path = new URL(address).pathname;
      if (path.endsWith("/sign-in")) {
        return Response.json({ flow: "flow_1" }, { status: 202 });
      }
      if (path.endsWith("/code")) {
        return new Response("{}", {
          status: 201,
          headers: setCookies.map((cookie): [string, string] => ["set-cookie", cookie]),
        });
      }
      return new Response(null, { status: new Headers(init?.headers).get("cookie") === "__Host-s=x" ? 204 : 401 });
    };

  const wrong = async (setCookies: string[]) =>
    (await signInAndOut(url, "a@example.org", async () => "2345-6789", answering(setCookies))).flatMap(
      (check) => check.wrong,
    );

  test("finds nothing wrong with cookies that are bound to the host", async () => {
    expect(await wrong(cookies("Path=/; Secure; HttpOnly; SameSite=Strict"))).toEqual([]);
  });

  test("names each missing flag of each cookie", async () => {
    expect(await wrong(cookies("Path=/; Secure; SameSite=Lax"))).toEqual([
      "The cookie __Host-s is not HttpOnly.",
      "The cookie __Host-s is not SameSite=Strict.",
      "The cookie __Host-b is not HttpOnly.",
      "The cookie __Host-b is not SameSite=Strict.",
    ]);
  });

  test("finds that there is no session, and that it does not end", async () => {
    expect(await wrong([])).toEqual(["There is no cookie __Host-s.", "The status is 401, not 204."]);
  });
});
