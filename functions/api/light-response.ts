// In the bundles of what answers people and devices these replace Node's own `Headers` and `Response`, whose first use loads all of Node's fetch: a
// sixth of a cold start. They have what Hono and the routes use, as https://fetch.spec.whatwg.org defines it.

const separately = "set-cookie";
const namePattern = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** A line break would begin another header, and no other character of more than a byte can be sent. */
const valuePattern = /^[^\0\r\n\u0100-\uFFFF]*$/;
const bodiless = new Set([204, 205, 304]);

type Fields = Iterable<readonly [string, string]> | Readonly<Record<string, string>>;

export class LightHeaders {
  readonly #values = new Map<string, string>();
  readonly #cookies: string[] = [];

  constructor(fields: Fields = []) {
    const entries = isIterable(fields) ? fields : Object.entries(fields);
    for (const [name, value] of entries) this.append(name, value);
  }

  /** @throws TypeError for what cannot be sent */
  append(name: string, value: string): void {
    const key = keyOf(name);
    const text = textOf(value);
    // threat: cookies of an answer become one
    if (key === separately) {
      this.#cookies.push(text);
      return;
    }
    const before = this.#values.get(key);
    this.#values.set(key, before === undefined ? text : `${before}, ${text}`);
  }

  /** @throws TypeError for what cannot be sent */
  set(name: string, value: string): void {
    const text = textOf(value);
    this.delete(name);
    this.append(name, text);
  }

  delete(name: string): void {
    const key = keyOf(name);
    if (key === separately) this.#cookies.length = 0;
    this.#values.delete(key);
  }

  get(name: string): string | null {
    const key = keyOf(name);
    if (key === separately) return this.#cookies.length > 0 ? this.#cookies.join(", ") : null;
    return this.#values.get(key) ?? null;
  }

  has(name: string): boolean {
    return this.get(name) !== null;
  }

  getSetCookie(): string[] {
    return [...this.#cookies];
  }

  *entries(): Generator<[string, string]> {
    const names = [...this.#values.keys(), ...(this.#cookies.length > 0 ? [separately] : [])].sort();
    for (const name of names) {
      if (name === separately) yield* this.#cookies.map((cookie): [string, string] => [name, cookie]);
      else yield [name, this.#values.get(name) ?? ""];
    }
  }

  [Symbol.iterator](): Generator<[string, string]> {
    return this.entries();
  }

  forEach(take: (value: string, name: string) => void): void {
    for (const [name, value] of this) take(value, name);
  }
}

type Body = string | Uint8Array<ArrayBuffer> | null;

export class LightResponse {
  readonly status: number;
  readonly headers: LightHeaders;
  /** The body as it was given: nothing reads it bit by bit. */
  readonly body: Body;
  readonly bodyUsed = false;

  /** @throws RangeError, TypeError for a status that does not exist, or that has no body */
  constructor(body: Body = null, { status = 200, headers = {} }: { status?: number; headers?: Fields } = {}) {
    if (!(status >= 200 && status <= 599)) throw new RangeError(`${status} is not a status of an answer.`);
    if (body !== null && bodiless.has(status)) throw new TypeError(`An answer with ${status} has no body.`);
    this.status = status;
    this.headers = new LightHeaders(headers);
    this.body = body;
    const isText = typeof body === "string";
    if (isText && !this.headers.has("content-type")) this.headers.set("content-type", "text/plain;charset=UTF-8");
  }

  get ok(): boolean {
    return this.status < 300;
  }

  /** A text as it was given: Node's would drop a byte order mark, and replace half of a pair. */
  async text(): Promise<string> {
    return typeof this.body === "string" ? this.body : new TextDecoder().decode(this.body ?? undefined);
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return new Uint8Array(typeof this.body === "string" ? Buffer.from(this.body) : (this.body ?? [])).buffer;
  }
}

export { LightHeaders as Headers, LightResponse as Response };

const isIterable = (fields: Fields): fields is Iterable<readonly [string, string]> => Symbol.iterator in fields;

function keyOf(name: string): string {
  if (!namePattern.test(name)) throw new TypeError("This cannot be the name of a header.");
  return name.toLowerCase();
}

/** At run time anything can come: Node makes a text of it. */
function textOf(value: unknown): string {
  const text = String(value).replaceAll(/^[\t\n\r ]+|[\t\n\r ]+$/g, "");
  // threat: a header of an answer begins another one
  if (!valuePattern.test(text)) throw new TypeError("This value of a header cannot be sent.");
  return text;
}
