import * as v from "valibot";
import type { Check, Fetch } from "./smoke-checks.ts";

const flowSchema = v.object({ flow: v.string() });
const flags = ["Secure", "HttpOnly", "SameSite=Strict", "Path=/"];

// Functions

/**
 * Signs in like a person and out again: mail arrives, and the cookies are bound to this host.
 * @param askForCode reads the mailed code from the person who runs this
 */
export async function signInAndOut(
  url: string,
  email: string,
  askForCode: () => Promise<string>,
  fetch: Fetch = globalThis.fetch,
): Promise<Check[]> {
  const post = (path: string, body: object, cookie?: string) =>
    fetch(`${url}/api/v1${path}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        origin: url,
        "x-muster": "1",
        ...(cookie !== undefined && { cookie }),
      },
      body: JSON.stringify(body),
    });

  const requested = await post("/sign-in", { email });
  const name = "a code is mailed";
  if (requested.status !== 202) {
    return [{ name, wrong: [`The status is ${requested.status}, not 202.`] }];
  }
  const { flow } = v.parse(flowSchema, await requested.json());
  const opened = await post("/sign-in/code", { flow, code: await askForCode() });
  const cookies = opened.headers.getSetCookie();
  const session = cookies.find((cookie) => cookie.startsWith("__Host-s="))?.split(";")[0];
  const ended = await post("/sign-out", {}, session);
  return [
    { name, wrong: opened.status === 201 ? [] : [`The code was answered with ${opened.status}, not 201.`] },
    { name: "the cookies are bound to this host", wrong: cookieFaults(cookies, session) },
    { name: "the session ends", wrong: ended.status === 204 ? [] : [`The status is ${ended.status}, not 204.`] },
  ];
}

function cookieFaults(cookies: string[], session: string | undefined): string[] {
  const faults = cookies.flatMap((cookie) =>
    flags
      .filter((flag) => !cookie.split("; ").includes(flag))
      .map((flag) => `The cookie ${cookie.split("=")[0]} is not ${flag}.`),
  );
  return session ? faults : [...faults, "There is no cookie __Host-s."];
}
