import { escape } from "@muster/local-base/html.ts";
import type { Refusal } from "./refusal.ts";
import type { Held } from "./store.ts";

export type Answer = {
  status: number;
  headers?: Record<string, string>;
  /** XML. */
  body?: string;
  /** The content of an object; the responder releases it. */
  content?: { held: Held; from: number; to: number };
};

/** Returns an element; empty values are included, undefined ones are left out. */
export function element(name: string, inner: string | number | boolean | undefined): string {
  return inner === undefined ? "" : `<${name}>${inner}</${name}>`;
}

export const text = (name: string, value: string | undefined) =>
  value === undefined ? "" : element(name, escape(value));

export const quoted = (etag: string) => `"${etag}"`;

export function xml(root: string, inner: string, status = 200, headers: Record<string, string> = {}): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inner}</${root}>`;
  return { status, headers, body };
}

export function refused({ status, code, message, details }: Refusal, requestId: string): Answer {
  const more = Object.entries(details).map(([name, value]) => text(name, value));
  const inner = [text("Code", code), text("Message", message), ...more, text("RequestId", requestId)].join("");
  return { status, body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${inner}</Error>` };
}
