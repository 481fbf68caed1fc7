import { type System, secondMs } from "./system.ts";

/** An answer, whole. */
export type Answer = { status: number; text: string; headers: Headers };

/** The server gave no answer, or no whole one. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

const maxBytes = 16 * 1024 * 1024;

/**
 * Sends a request and reads the answer. Follows no redirects: the token is for one server.
 * @throws Unreachable
 */
export async function request(
  url: string,
  init: RequestInit,
  { system, timeoutMs, signal }: { system: System; timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<Answer> {
  const ending = new AbortController();
  const stop = () => ending.abort();
  const cancel = system.after(timeoutMs, stop);
  signal?.addEventListener("abort", stop);
  if (signal?.aborted) stop();
  try {
    // threat: a token goes to where a redirect leads
    const response = await system.fetch(url, { ...init, redirect: "error", signal: ending.signal });
    return { status: response.status, text: await textOf(response), headers: response.headers };
  } catch (error) {
    throw new Unreachable(`No answer from ${new URL(url).host}.`, { cause: error });
  } finally {
    cancel();
    signal?.removeEventListener("abort", stop);
  }
}

async function textOf(response: Response): Promise<string> {
  const chunks = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength;
    if (length > maxBytes) throw new Error("The answer is too long.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

export function retryAfterMs(headers: Headers): number | undefined {
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * secondMs : undefined;
}

/** Returns where the API of a server is. @throws if it is not https, and not this machine */
export function apiOf(server: string): string {
  if (!URL.canParse(server)) throw new Error(`${server} is not the address of a server.`);
  const { protocol, hostname, origin } = new URL(server);
  const isHere = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  // threat: a token goes over the network in clear
  const isSafe = protocol === "https:" || (protocol === "http:" && isHere);
  if (!isSafe) throw new Error(`${server} must begin with https://.`);
  return `${origin}/api/v1`;
}
