import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LightHeaders, LightResponse } from "./light-response.ts";

// Everything is done to Node's own classes, too, and must come to the same.

const names = ["X-One", "x-one", "content-type", "Set-Cookie", "set-cookie", "a b", "", "ä", "constructor"];
const values = ["1", " 2 ", "a, b", "", "a\r\nb: c", "\n", "ä", "Ā", "\0", "x=1; HttpOnly"];
/** Values that types forbid, and Node converts to texts. */
const others = [5, null, undefined, true] as unknown as string[];
const operation = fc.record({
  method: fc.constantFrom("append", "set", "delete", "get", "has"),
  name: fc.constantFrom(...names),
  value: fc.constantFrom(...values, ...others),
});
type Operation = { method: "append" | "set" | "delete" | "get" | "has"; name: string; value: string };

function cameTo(headers: Headers | LightHeaders, operations: Operation[]) {
  const results = operations.map(({ method, name, value }) => orThrown(() => headers[method](name, value)));
  const each: [string, string][] = [];
  headers.forEach((value, name) => each.push([name, value]));
  return { results, entries: [...headers], named: [...headers.entries()], each, cookies: headers.getSetCookie() };
}

/** Returns what it returns, or which kind of error. */
function orThrown(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return (error as Error).name;
  }
}

const headersOf = (fields: Operation[]): [string, string][] => fields.map(({ name, value }) => [name, value]);

describe("headers", () => {
  test("are what Node's are after any operations", () => {
    fc.assert(
      fc.property(fc.array(operation as fc.Arbitrary<Operation>), (operations) => {
        expect(cameTo(new LightHeaders(), operations)).toEqual(cameTo(new Headers(), operations));
      }),
    );
  });

  test("are made of pairs, a record, or other headers", () => {
    fc.assert(
      fc.property(fc.array(operation as fc.Arbitrary<Operation>, { maxLength: 4 }), (fields) => {
        const pairs = headersOf(fields);
        const record = Object.fromEntries(pairs);
        const [light, real] = [LightHeaders, Headers].map((Kind) => [
          orThrown(() => [...new Kind(pairs)]),
          orThrown(() => [...new Kind(record)]),
          orThrown(() => [...new Kind(new Kind(pairs) as never)]),
        ]);
        expect(light).toEqual(real);
      }),
    );
  });
});

describe("an answer", () => {
  const statuses = fc.oneof(
    fc.constantFrom(200, 201, 204, 304, 404, 599, 600, 199, 0),
    fc.integer({ min: -1, max: 1000 }),
  );
  const bodies = fc.option(fc.oneof(fc.string({ unit: "grapheme" }), fc.uint8Array()));

  async function seen(Kind: typeof Response, body: string | Uint8Array | null, init: ResponseInit) {
    if (typeof orThrown(() => new Kind(body as never, init)) === "string") return "refused";
    const [first, second] = [new Kind(body as never, init), new Kind(body as never, init)];
    const { status, ok, headers } = first;
    return { status, ok, headers: [...headers], text: await first.text(), bytes: await bytesOf(second) };
  }
  const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer()).toString("hex");

  test("is what Node's is", async () => {
    await fc.assert(
      fc.asyncProperty(
        bodies,
        fc.option(statuses),
        fc.array(operation as fc.Arbitrary<Operation>, { maxLength: 3 }),
        async (body, status, fields) => {
          const init = { ...(status !== null && { status }), headers: headersOf(fields) };
          const light = await seen(LightResponse as never, body, init);
          expect(light).toEqual(await seen(Response, body, init));
        },
      ),
    );
  });

  test("is a text as it was given", async () => {
    expect(await new LightResponse("\uFEFFa").text()).toBe("\uFEFFa");
  });

  test("is made again of another one, with its body, status and headers", async () => {
    const init = { status: 404, headers: { "x-one": "1" } };
    for (const Kind of [LightResponse, Response] as (typeof Response)[]) {
      const first = new Kind("gone", init);
      const again = new Kind(first.body, first);
      expect([again.status, again.headers.get("x-one"), await again.text()]).toEqual([404, "1", "gone"]);
    }
  });
});
