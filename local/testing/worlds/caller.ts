import { setTimeout as pause } from "node:timers/promises";
import { minuteMs } from "@muster/core/base/duration.ts";

/** For what never comes: a slow machine is not wrong. */
const patienceMs = 10 * minuteMs;
const betweenMs = 50;

export type Mail = {
  subject: string;
  text: string;
  tags: Record<string, string>;
};

type Json = Record<string, unknown>;
export type Request = {
  token?: string;
  body?: object;
  /** Idempotency-Key */
  key?: string;
  /** Codes that mean, for a repeated request, that it was carried out the first time. */
  done?: readonly string[];
};

/** A client of a local run over HTTP, which repeats a request if the run crashes before it answers. */
export type Caller = {
  /** One attempt. */
  call: (method: string, path: string, request?: Request) => Promise<{ status: number; body: Json }>;
  /** Repeats a request until there is an answer. @throws if that is an error */
  insist: (method: string, path: string, request?: Request) => Promise<Json>;
  mailsTo: (email: string) => Promise<Mail[]>;
  /** With a code from the mailbox; returns the token. */
  signIn: (email: string) => Promise<string>;
};

export function openCaller(url: string): Caller {
  async function call(method: string, path: string, { token, body, key }: Request = {}) {
    const headers = {
      ...(body && { "content-type": "application/json" }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(key !== undefined && { "idempotency-key": key }),
    };
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text ? JSON.parse(text) : {}) as Json };
  }

  async function insist(method: string, path: string, request: Request = {}): Promise<Json> {
    let unanswered = 0;
    return until(async () => {
      const answer = await call(method, path, request).catch(ifBroken);
      if (!answer || answer.status >= 500) {
        unanswered++;
        return undefined;
      }
      const { status, body } = answer;
      const isDone = unanswered > 0 && request.done?.includes(String(body.code));
      if (status < 300 || isDone) return body;
      throw new Error(`${method} ${path}: ${status} ${JSON.stringify(body)}`);
    });
  }

  async function mailsTo(email: string): Promise<Mail[]> {
    const response = await until(() => fetch(`${url}/mailbox/api/mails?to=${email}`).catch(ifBroken));
    return ((await response.json()) as { items: Mail[] }).items;
  }

  return {
    call,
    insist,
    mailsTo,
    signIn: async (email) => {
      const { flow } = await insist("POST", "/sign-in", { body: { email } });
      const code = await until(async () => {
        const mails = await mailsTo(email);
        return mails.flatMap(({ text }) => /\b[2-9A-Z]{4}-[2-9A-Z]{4}\b/.exec(text)?.[0] ?? [])[0];
      });
      return String((await insist("POST", "/sign-in/token", { body: { flow, code } })).token);
    },
  };
}

/**
 * Polls until there is a result.
 * @throws after ten minutes, or as many ms
 */
export async function until<T>(look: () => Promise<T | undefined>, forMs = patienceMs): Promise<T> {
  const last = Date.now() + forMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > last) throw new Error(`Nothing came of it: ${look.toString()}`);
    await pause(betweenMs);
  }
}

/** A connection that is refused or breaks is retried: the process is restarted. */
function ifBroken(error: unknown): undefined {
  if (!(error instanceof TypeError)) throw error;
}
