import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Hono } from "hono/quick";
import type { Env } from "./env.ts";

/** The part of an event of API Gateway (payload format 2.0) that makes a request. */
export type GatewayEvent = Pick<APIGatewayProxyEventV2, "rawPath" | "rawQueryString" | "headers"> & {
  cookies?: string[];
  body?: string;
  isBase64Encoded?: boolean;
  requestContext: { domainName: string; requestId?: string; http: { method: string; sourceIp?: string } };
};
type Result = APIGatewayProxyStructuredResultV2;

/**
 * Answers API Gateway's events by an API. Hono's own adapter makes a `Request` of each, which costs as much as a fifth
 * of all that a read costs; Hono and the routes use four members of it.
 * @param isFile whether an answer of this media type is passed on byte by byte
 */
export function answerEvents(api: Pick<Hono<Env>, "fetch">, isFile: (type: string) => boolean = () => false) {
  return async (event: GatewayEvent): Promise<Result> => {
    const request = new EventRequest(event) as unknown as Request;
    return resultOf(await api.fetch(request, { requestContext: event.requestContext }), isFile);
  };
}

/** The members of a `Request` that Hono and the routes use. */
class EventRequest implements Pick<Request, "method" | "url" | "arrayBuffer"> {
  readonly method: string;
  readonly url: string;
  readonly headers: EventHeaders;
  readonly #event: GatewayEvent;

  constructor(event: GatewayEvent) {
    const { requestContext, rawPath, rawQueryString } = event;
    this.method = requestContext.http.method;
    this.url = `https://${requestContext.domainName}${rawPath}${rawQueryString ? `?${rawQueryString}` : ""}`;
    this.headers = new EventHeaders(event);
    this.#event = event;
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const { body = "", isBase64Encoded } = this.#event;
    // a buffer of its own: a small one would show what else is in its pool
    // threat: a body shows what else is in memory
    return new Uint8Array(Buffer.from(body, isBase64Encoded ? "base64" : "utf8")).buffer;
  }
}

/** The headers of an event. API Gateway writes their names in lowercase, and cookies beside them. */
class EventHeaders implements Pick<Headers, "get"> {
  readonly #event: GatewayEvent;

  constructor(event: GatewayEvent) {
    this.#event = event;
  }

  get(name: string): string | null {
    const { headers, cookies } = this.#event;
    const key = name.toLowerCase();
    if (key === "cookie" && cookies) return cookies.join("; ");
    // threat: an inherited property of an object is taken for a header
    return Object.hasOwn(headers, key) ? (headers[key] ?? null) : null;
  }
}

async function resultOf(response: Response, isFile: (type: string) => boolean): Promise<Result> {
  const headers: Record<string, string> = {};
  for (const [name, value] of response.headers) {
    if (name !== "set-cookie") headers[name] = value;
  }
  const cookies = response.headers.getSetCookie();
  // threat: a file loses its byte order mark
  const isBase64Encoded = "content-encoding" in headers || isFile(headers["content-type"] ?? "");
  const body = isBase64Encoded ? Buffer.from(await response.arrayBuffer()).toString("base64") : await response.text();
  return { statusCode: response.status, headers, ...(cookies.length > 0 && { cookies }), body, isBase64Encoded };
}
