import { Hono } from "hono/quick";
import { expect, test } from "vitest";
import type { Env } from "./env.ts";
import { allRoutes, lazy } from "./lazy.ts";

let loads = 0;

const rooms = new Hono<Env>()
  .get("/", (c) =>
    c.json({ house: c.req.param("house"), site: c.get("site").url, ip: c.env.requestContext?.requestId }),
  )
  .get("/:room", (c) => c.json({ house: c.req.param("house"), room: c.req.param("room") }))
  .post("/", async (c) => c.json(await c.req.json(), 201, { "x-room": "new" }))
  .delete("/", () => {
    throw new RangeError("walls");
  });

const load = async () => {
  loads += 1;
  return rooms;
};

const house = new Hono<Env>()
  .use(async (c, next) => {
    c.set("site", { url: "https://muster.example", secure: true });
    await next();
    c.header("x-outer", "seen");
  })
  .get("/houses/:house", (c) => c.text("a house"))
  .route("/houses/:house/rooms", lazy(load))
  .notFound((c) => c.text("nothing here", 404))
  .onError((error, c) => c.text(error.message, 500));

const call = (path: string, method = "GET", body?: string) =>
  house.request(path, { method, ...(body && { body }) }, { requestContext: { requestId: "r1" } });

test("code is loaded once, by the first request that needs it, and by no other", async () => {
  expect(await (await call("/houses/7")).text()).toBe("a house");
  expect(loads).toBe(0);
  await Promise.all([call("/houses/7/rooms"), call("/houses/8/rooms/2")]);
  expect(loads).toBe(1);
});

test("a route gets its path, the app's context, and Lambda's event", async () => {
  const seen = await call("/houses/7/rooms");
  expect(await seen.json()).toEqual({ house: "7", site: "https://muster.example", ip: "r1" });
  expect(seen.headers.get("x-outer")).toBe("seen");
  expect(await (await call("/houses/7/rooms/2")).json()).toEqual({ house: "7", room: "2" });
});

test("body, status and headers pass through", async () => {
  const made = await call("/houses/7/rooms", "POST", '{"name":"hall"}');
  expect([made.status, made.headers.get("x-room"), await made.json()]).toEqual([201, "new", { name: "hall" }]);
});

test("unknown paths and errors are handled by the outer app", async () => {
  const missing = await call("/houses/7/rooms/2/beds");
  expect([missing.status, await missing.text()]).toEqual([404, "nothing here"]);
  const broken = await call("/houses/7/rooms", "DELETE");
  expect([broken.status, await broken.text()]).toEqual([500, "walls"]);
});

test("all routes are listed, loaded or not", async () => {
  const known = (await allRoutes(house)).filter(({ method }) => method !== "ALL");
  expect(known.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "GET /houses/:house",
    "GET /houses/:house/rooms",
    "GET /houses/:house/rooms/:room",
    "POST /houses/:house/rooms",
    "DELETE /houses/:house/rooms",
  ]);
});
